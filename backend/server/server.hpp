#pragma once

#include <memory>
#include <string>

#include "base/config.hpp"
#include "base/result.hpp"

namespace vv::server {

/// The whole product: builds every module, binds their ports to each other, and takes them down in
/// the opposite order. It decides nothing.
class Server {
 public:
  /// Opens the database, binds every port, mounts every route. Nothing is served before `run`.
  static Result<std::unique_ptr<Server>> create(Config config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// `http://127.0.0.1:8080`
  [[nodiscard]] std::string url() const;
  /// Serves on the calling thread until SIGTERM or SIGINT, then drains within 10 s (F7).
  void run();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace vv::server
