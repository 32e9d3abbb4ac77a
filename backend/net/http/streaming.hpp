#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/task.hpp"

namespace vv::net {

struct HttpResponse;

/// Takes one request's body piece by piece, so that it is never whole in memory. On the front loop.
/// Destroyed without `finish` when the client went away, was too slow or sent too much.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// The next bytes; nothing more is read before it is done. @return an answer: enough was read
  [[nodiscard]] virtual Task<std::optional<HttpResponse>> write(std::string piece) = 0;
  /// The whole body has come; an empty one too.
  [[nodiscard]] virtual Task<HttpResponse> finish() = 0;
};

/// Gives one response's body piece by piece. On the front loop.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Bytes in all.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// The next bytes, at most `most`; none when they cannot be read, which cuts the connection.
  [[nodiscard]] virtual Task<std::string> read(std::size_t most) = 0;
};

}  // namespace vv::net
