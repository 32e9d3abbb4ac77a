#include "store/postgres/commit_log.hpp"

#include <array>
#include <utility>

#include "base/log.hpp"
#include "store/detail/publisher.hpp"
#include "store/postgres/commit_record.hpp"
#include "store/postgres/connection.hpp"

namespace vv::store::postgres {
namespace {

// Nodes look several times a second; one that is further behind begins anew.
constexpr Duration kKept = minutes(10);

constexpr const char* kSince =
    "SELECT ts, previous, commits FROM commit_log WHERE ts > $1 ORDER BY ts LIMIT 256";
constexpr const char* kAppend =
    "WITH head AS (UPDATE commit_head SET ts = $1),"
    "  entry AS (INSERT INTO commit_log (ts, previous, node, commits) VALUES ($1, $2, $3, $4))"
    "  SELECT pg_notify('visavis_commits', '')";
constexpr const char* kHolds =
    "SELECT EXISTS (SELECT FROM commit_log WHERE ts = $1 AND node = $2),"
    "  EXISTS (SELECT FROM commit_log WHERE ts < $1) OR NOT EXISTS (SELECT FROM commit_log)";

const Column& bytes_column() {
  static const Column column{.name = "commits",
                             .type = ColumnType::Blob,
                             .nullable = false,
                             .references = nullptr,
                             .default_value = {}};
  return column;
}

Timestamp stamp(std::int64_t nanos) { return {static_cast<std::uint64_t>(nanos)}; }
Value value_of(Timestamp ts) { return static_cast<std::int64_t>(ts.nanos); }

void begin_anew(detail::Publisher& publisher, Timestamp head, std::string_view why) {
  log::warn("the commits of other nodes cannot be followed: everything is read again",
            {{"reason", why}});
  publisher.restart_at(head);
}

}  // namespace

CommitLog::CommitLog(const Schema& schema, std::string node)
    : fingerprint_(fingerprint_of(schema)), node_(std::move(node)) {}

Status CommitLog::catch_up(Connection& connection, detail::Publisher& publisher) const {
  // Before the look at the head: what is published was committed before it.
  Timestamp known = publisher.published();
  VV_ASSIGN_OR_RETURN(const Timestamp head, read_head(connection));
  if (head < known) {
    begin_anew(publisher, head, "the database has gone back");
    return {};
  }
  while (known < head) {
    const Value since = value_of(known);
    VV_ASSIGN_OR_RETURN(const Answer rows, connection.run(kSince, {&since, 1}));
    for (int row = 0; row < rows.rows(); ++row) {
      const Value record = rows.value(row, 2, bytes_column());
      const auto commits = decode_commits(std::get<ByteVector>(record), fingerprint_);
      if (stamp(rows.integer(row, 1)) != known) {
        begin_anew(publisher, head, "some are gone from the log");
        return {};
      }
      if (!commits) {
        begin_anew(publisher, head, "a node of another version wrote");
        return {};
      }
      known = stamp(rows.integer(row, 0));
      publisher.publish(*commits, known);
    }
    if (rows.rows() == 0) {
      begin_anew(publisher, head, "some are gone from the log");
      return {};
    }
  }
  return {};
}

Status CommitLog::append(Connection& connection, Timestamp previous,
                         std::span<const Commit> written) const {
  const std::array<Value, 4> values = {value_of(written.back().ts), value_of(previous), node_,
                                       encode_commits(written, fingerprint_)};
  VV_TRY(connection.run(kAppend, values));
  return {};
}

Result<bool> CommitLog::holds(Connection& connection, Timestamp ts) const {
  const std::array<Value, 2> values = {value_of(ts), node_};
  VV_ASSIGN_OR_RETURN(const Answer answer, connection.run(kHolds, values));
  if (answer.boolean(0, 0)) return true;
  if (answer.boolean(0, 1)) return false;
  return unavailable("nobody knows any more whether this was written");
}

Status CommitLog::prune(Connection& connection) const {
  VV_ASSIGN_OR_RETURN(const Timestamp head, read_head(connection));
  const Value before = static_cast<std::int64_t>(head.nanos) - kKept.as_nanos();
  VV_TRY(connection.run("DELETE FROM commit_log WHERE ts < $1", {&before, 1}));
  return {};
}

Result<Timestamp> read_head(Connection& connection) {
  VV_ASSIGN_OR_RETURN(const Answer answer, connection.run("SELECT ts FROM commit_head"));
  if (answer.rows() != 1) return internal("commit_head has lost its row");
  return stamp(answer.integer(0, 0));
}

}  // namespace vv::store::postgres
