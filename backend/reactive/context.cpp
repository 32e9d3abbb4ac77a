#include "reactive/context.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "reactive/detail/cursor_sealer.hpp"
#include "reactive/scheduler.hpp"

namespace vv::reactive {
namespace {

// More rows a page than any screen shows; beyond it a page only costs its budget.
constexpr std::int64_t kMaxPageItems = 1024;

Error signed_out() { return unauthenticated("sign in to do this"); }

/// On this the client's hooks restart the list (convex-wire: InvalidCursor, data form, since
/// messages may be redacted).
Error invalid_cursor() {
  Error error = invalid("InvalidCursor: this cursor is not one of this list");
  error.extra = "\"isConvexSystemError\":true,\"paginationError\":\"InvalidCursor\"";
  return error;
}

std::string written(const store::Position& position) {
  return (position.at_end ? 'e' : 'k') + position.key;
}

std::optional<store::Position> position_in(const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::nullopt;
  if (text->front() == 'e' && text->size() == 1) return store::Position::end();
  if (text->front() == 'k') return store::Position{text->substr(1), false};
  return std::nullopt;
}

Result<std::string> subject_of(const Identity* identity) {
  if (identity == nullptr) return signed_out();
  return identity->subject;
}

}  // namespace

QueryContext::QueryContext(store::Reader& reader, const Options& options)
    : db(reader),
      caller_(options.identity),
      function_(options.function),
      journal_in_(options.journal),
      cursors_(options.cursors),
      base_url_(options.base_url) {}

Result<std::string> QueryContext::caller_id() { return subject_of(caller_.identity()); }

std::optional<std::string> QueryContext::caller_if_any() {
  const Identity* identity = caller_.identity();
  return identity == nullptr ? std::nullopt : std::optional(identity->subject);
}

Result<store::PageRequest> QueryContext::begin_page(std::string fingerprint,
                                                    const PaginationOpts& opts) {
  VV_CHECK(cursors_ != nullptr, "queries that clients call are given cursors");
  VV_CHECK(page_scope_.empty(), "a query function paginates once: it has one journal");
  if (opts.num_items < 0) return invalid("numItems must not be negative", "numItems");

  page_scope_ = function_ + '\n' + std::move(fingerprint);
  journal_scope_ = "journal\n" + page_scope_ + '\n' + opts.cursor.value.value_or("");

  store::PageRequest request;
  request.num_items = static_cast<std::size_t>(std::min(opts.num_items, kMaxPageItems));
  if (opts.cursor) {
    request.after = position_in(cursors_->open(page_scope_, *opts.cursor));
    if (!request.after) return invalid_cursor();
  }
  if (opts.end_cursor && opts.end_cursor->value) {
    request.until = position_in(cursors_->open(page_scope_, **opts.end_cursor));
    if (!request.until) return invalid_cursor();
    pinned_by_client_ = true;
  } else if (journal_in_ != nullptr) {
    request.until = position_in(cursors_->open(journal_scope_, *journal_in_));
    // Another person's journal, after signing in as somebody else. The first page starts afresh;
    // a later one begins at a cursor that is then no good either.
    if (!request.until && opts.cursor) return invalid_cursor();
  }
  if (opts.maximum_rows_read && *opts.maximum_rows_read >= 1) {
    request.maximum_rows_read = static_cast<std::size_t>(
        std::min(*opts.maximum_rows_read, static_cast<double>(request.maximum_rows_read)));
  }
  return request;
}

std::string QueryContext::seal(const store::Position& position) const {
  return cursors_->seal(page_scope_, written(position));
}

void QueryContext::end_page(const store::Position& end) {
  if (!pinned_by_client_) journal_out_ = cursors_->seal(journal_scope_, written(end));
}

MutationContext::MutationContext(store::Writer& writer, const Options& options)
    : db(writer),
      caller_(options.identity),
      now_(options.now),
      random_(*options.random),
      base_url_(options.base_url),
      scheduler_(options.scheduler) {}

Result<std::string> MutationContext::caller_id() { return subject_of(caller_.identity()); }

std::optional<std::string> MutationContext::caller_if_any() {
  const Identity* identity = caller_.identity();
  return identity == nullptr ? std::nullopt : std::optional(identity->subject);
}

UnixMillis MutationContext::steady_now() const {
  return scheduler_ == nullptr ? now_ : scheduler_->now();
}

Result<ScheduledId> MutationContext::schedule_after(Duration delay, std::string_view function,
                                                    std::string args) {
  VV_CHECK(scheduler_ != nullptr, "who runs functions gives them the scheduler");
  const UnixMillis due = scheduler_->now() + std::max(delay, Duration());
  // Not to wait for the next look at the clock.
  if (delay <= Duration()) after_commit([scheduler = scheduler_] { scheduler->tick(); });
  return scheduler_->add(db, due, function, std::move(args));
}

Result<bool> MutationContext::cancel(const ScheduledId& id) { return Scheduler::cancel(db, id); }

ActionContext::ActionContext(Port& port, Options options)
    : port_(port),
      caller_(options.identity),
      now_(options.now),
      base_url_(std::move(options.base_url)),
      random_(*options.random) {}

Result<std::string> ActionContext::caller_id() { return subject_of(caller_.identity()); }

}  // namespace vv::reactive
