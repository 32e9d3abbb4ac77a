#include "store/postgres/backend.hpp"

#include <memory>
#include <stop_token>
#include <utility>

#include "base/random.hpp"
#include "store/detail/publisher.hpp"
#include "store/postgres/commit_log.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/reader_pool.hpp"
#include "store/postgres/rows.hpp"
#include "store/postgres/tail.hpp"
#include "store/postgres/writer.hpp"
#include "store/store.hpp"

namespace vv::store::postgres {
namespace {

class ServerSnapshot final : public detail::Snapshot {
 public:
  ServerSnapshot(ReaderPool& pool, ReaderPool::Begun begun, const Schema& schema)
      : pool_(pool), begun_(std::move(begun)), rows_(schema) {
    rows_.use(*begun_.connection);
  }
  ~ServerSnapshot() override { pool_.give_back(std::move(begun_.connection)); }
  detail::Rows& rows() override { return rows_; }
  [[nodiscard]] Timestamp timestamp() const override { return begun_.head; }
  [[nodiscard]] bool is_lost() const override { return begun_.connection->is_lost(); }

 private:
  ReaderPool& pool_;
  ReaderPool::Begun begun_;
  Rows rows_;
};

struct Connections {
  std::unique_ptr<Connection> write;
  std::unique_ptr<Connection> listen;
  bool shared = false;
};

class ServerBackend final : public detail::Backend {
 public:
  ServerBackend(const Options& options, const Schema& schema, detail::Publisher& publisher,
                Connections connections)
      : schema_(schema),
        publisher_(publisher),
        shared_(connections.shared),
        log_(schema, node_name()),
        readers_(options.path, options.readers),
        writer_({.url = options.path,
                 .schema = schema,
                 .log = log_,
                 .publisher = publisher,
                 .stop = stop_.get_token()},
                std::move(connections.write)),
        tail_(std::make_unique<Tail>(
            Tail::Ports{.url = options.path,
                        .log = log_,
                        .publisher = publisher,
                        .own_writer = [this] { return writer_.server_process(); }},
            std::move(connections.listen))) {}

  Result<std::unique_ptr<detail::Snapshot>> begin_read() override {
    const Timestamp known = publisher_.published();
    VV_ASSIGN_OR_RETURN(ReaderPool::Begun begun, readers_.begin());
    const bool gone_back = begun.head < known;
    auto snapshot = std::make_unique<ServerSnapshot>(readers_, std::move(begun), schema_);
    // What is published was there before: this is another server's past. The tail finds out, too.
    if (gone_back) return unavailable("the database has gone back to an older state");
    return std::unique_ptr<detail::Snapshot>(std::move(snapshot));
  }
  detail::WriteSession& writer() override { return writer_; }
  [[nodiscard]] bool is_shareable() const override { return true; }
  [[nodiscard]] bool was_shared() const override { return shared_; }
  void stop_waiting() override { stop_.request_stop(); }
  void close() override { tail_.reset(); }

 private:
  static std::string node_name() {
    SystemRandom random;
    return new_id(random);
  }

  const Schema& schema_;
  detail::Publisher& publisher_;
  bool shared_;
  std::stop_source stop_;
  CommitLog log_;
  ReaderPool readers_;
  Writer writer_;
  std::unique_ptr<Tail> tail_;
};

Status migrate_at(const std::string& url, const Schema& schema) {
  VV_ASSIGN_OR_RETURN(const auto connection, Connection::open(url, Connection::Purpose::Migrate));
  return migrate(*connection, schema);
}

}  // namespace

Result<detail::Opened> open_backend(const Options& options, const Schema& schema) {
  const std::string& url = options.path;
  VV_TRY(migrate_at(url, schema));
  Connections connections;
  VV_ASSIGN_OR_RETURN(connections.write, Connection::open(url, Connection::Purpose::Write));
  VV_ASSIGN_OR_RETURN(connections.listen, Connection::open(url, Connection::Purpose::Listen));
  VV_ASSIGN_OR_RETURN(connections.shared, Tail::join_nodes(*connections.listen));
  VV_ASSIGN_OR_RETURN(const Timestamp head, read_head(*connections.write));
  detail::Opened opened;
  opened.publisher = std::make_unique<detail::Publisher>(head);
  opened.backend =
      std::make_unique<ServerBackend>(options, schema, *opened.publisher, std::move(connections));
  return opened;
}

}  // namespace vv::store::postgres
