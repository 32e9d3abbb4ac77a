#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "reactive/identity.hpp"
#include "reactive/internals.hpp"
#include "reactive/types.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace vv::reactive {

class CursorSealer;
class Scheduler;
struct ScheduledCall;
using ScheduledId = Id<ScheduledCall>;

/// Who calls, and whether the function looked: a result that did not depend on it is shared.
class Caller {
 public:
  explicit Caller(const Identity* identity) : identity_(identity) {}

  /// Null when nobody is signed in. Notes that identity was read.
  [[nodiscard]] const Identity* identity() {
    looked_ = true;
    return identity_;
  }
  [[nodiscard]] bool looked() const { return looked_; }

 private:
  const Identity* identity_;
  bool looked_ = false;
};

/// What of its caller a result depended on; each includes the one before it. A result is shared by
/// all whom its function could not tell apart.
enum class Scope : std::uint8_t {
  Everyone,
  Address,  ///< those who reached us by the same address: it holds absolute URLs
  Caller,   ///< one person, by one address
};

/// What a query sees: one snapshot, its arguments and the caller; it is a pure function of them.
/// Valid inside the call it was given to, on that thread, only.
class QueryContext {
 public:
  struct Options {
    const Identity* identity = nullptr;
    std::string_view function;             ///< canonical name; binds cursors to it
    const std::string* journal = nullptr;  ///< of an earlier run of the same page
    const CursorSealer* cursors = nullptr;
    std::string_view base_url{};  ///< where the caller reached us
  };
  QueryContext(store::Reader& reader, const Options& options);

  store::Reader& db;  // NOLINT: the name functions are written with

  /// The signed-in user's id. refuses: unauthenticated
  [[nodiscard]] Result<std::string> caller_id();
  /// The same for functions that also serve strangers.
  [[nodiscard]] std::optional<std::string> caller_if_any();
  [[nodiscard]] const Identity* identity() { return caller_.identity(); }
  /// Where absolute URLs begin: `public_url`, else the scheme and host the caller typed.
  [[nodiscard]] std::string_view base_url() {
    looked_at_address_ = true;
    return base_url_;
  }

  /// One page of `query` as `usePaginatedQuery` wants it: its end is pinned by the first run, so
  /// that pages neither tear nor overlap when rows come and go. One call a function.
  /// refuses: invalid with `InvalidCursor`, on which the client starts over
  template <class D>
  [[nodiscard]] Result<Page<D>> paginate(store::Query<D> query, const PaginationOpts& opts) {
    VV_ASSIGN_OR_RETURN(const store::PageRequest request, begin_page(query.fingerprint(), opts));
    VV_ASSIGN_OR_RETURN(store::PageOf<D> rows, query.paginate(request));
    Page<D> page;
    page.page = std::move(rows.rows);
    page.is_done = rows.is_done;
    if (rows.status == store::PageStatus::SplitRecommended) page.page_status = "SplitRecommended";
    if (rows.status == store::PageStatus::SplitRequired) page.page_status = "SplitRequired";
    page.continue_cursor = seal(rows.end);
    if (rows.split) page.split_cursor = seal(*rows.split);
    end_page(rows.end);
    return page;
  }

  // For the engine, after the call.
  [[nodiscard]] Scope scope() const {
    if (caller_.looked()) return Scope::Caller;
    return looked_at_address_ ? Scope::Address : Scope::Everyone;
  }
  [[nodiscard]] const std::optional<std::string>& journal() const { return journal_out_; }

 private:
  Result<store::PageRequest> begin_page(std::string fingerprint, const PaginationOpts& opts);
  [[nodiscard]] std::string seal(const store::Position& position) const;
  void end_page(const store::Position& end);

  Caller caller_;
  std::string function_;
  const std::string* journal_in_;
  const CursorSealer* cursors_;
  std::string base_url_;
  bool looked_at_address_ = false;
  std::string page_scope_;     // what this page's cursors are bound to
  std::string journal_scope_;  // the same and where the page starts
  bool pinned_by_client_ = false;
  std::optional<std::string> journal_out_;
};

/// What a mutation touches, and nothing else: it may run twice before it commits.
class MutationContext {
 public:
  using Effect = std::function<void()>;
  struct Options {
    const Identity* identity = nullptr;
    UnixMillis now;
    Random* random = nullptr;
    std::string_view base_url{};
    Scheduler* scheduler = nullptr;  ///< of whoever may call `after`, `at` and `cancel`
  };
  MutationContext(store::Writer& writer, const Options& options);

  store::Writer& db;  // NOLINT: the name functions are written with

  [[nodiscard]] Result<std::string> caller_id();
  [[nodiscard]] std::optional<std::string> caller_if_any();
  [[nodiscard]] const Identity* identity() { return caller_.identity(); }
  [[nodiscard]] UnixMillis now() const { return now_; }
  /// Where lengths of time are measured: a clock that is set does not move it (F12). Close to
  /// `now()`, and the same where there is no scheduler.
  [[nodiscard]] UnixMillis steady_now() const;
  [[nodiscard]] Random& random() { return random_; }
  /// Where the caller reached us, as in a query; empty in the process's own mutations.
  [[nodiscard]] const std::string& base_url() const { return base_url_; }

  /// Runs on the front loop once the commit is durable; never when the mutation is refused, and
  /// not again when a client asks twice. Lost in a crash: what must not be needs a row.
  void after_commit(Effect effect) { effects_.push_back(std::move(effect)); }

  /// Has `function` called once `delay` has passed, as a mutation of its own without a caller. It
  /// is written with this transaction and takes effect once, also when the process is killed on the
  /// way; refused, it is tried kMaxAttempts times. A clock that is set does not move it.
  template <class Args>
  Result<ScheduledId> after(Duration delay, const Internal<Args>& function,
                            const std::type_identity_t<Args>& args) {
    std::string text;
    Codec<Args>::encode(args, text);
    return schedule_after(delay, function.name, std::move(text));
  }
  /// The same at a date: when the wall clock shows it, unless somebody sets that meanwhile.
  template <class Args>
  Result<ScheduledId> at(UnixMillis date, const Internal<Args>& function,
                         const std::type_identity_t<Args>& args) {
    return after(date - now_, function, args);
  }
  /// Takes it back. @return false when it has run, was given up or taken back already
  Result<bool> cancel(const ScheduledId& id);

  // For the engine, after the call.
  [[nodiscard]] std::vector<Effect> take_effects() { return std::move(effects_); }

 private:
  Result<ScheduledId> schedule_after(Duration delay, std::string_view function, std::string args);

  Caller caller_;
  UnixMillis now_;
  Random& random_;
  std::string base_url_;
  Scheduler* scheduler_;
  std::vector<Effect> effects_;
};

/// What an action works with: no transaction of its own; it may block for a short while.
class ActionContext {
 public:
  /// How an action reaches the database: bound by the engine.
  class Port {
   public:
    virtual ~Port() = default;
    virtual Status run_query(const std::function<Status(QueryContext&)>& body) = 0;
    virtual Status run_mutation(const std::function<Status(MutationContext&)>& body) = 0;
  };
  struct Options {
    const Identity* identity = nullptr;
    UnixMillis now;
    std::string base_url;
    Random* random = nullptr;
  };
  ActionContext(Port& port, Options options);

  [[nodiscard]] Result<std::string> caller_id();
  [[nodiscard]] const Identity* identity() { return caller_.identity(); }
  [[nodiscard]] UnixMillis now() const { return now_; }
  [[nodiscard]] Random& random() { return random_; }
  /// Where the caller reached us: `public_url`, else the scheme and host of its own connection.
  [[nodiscard]] const std::string& base_url() const { return base_url_; }

  /// Runs a query function as the same caller, on a snapshot of its own.
  template <class R, class Args>
  [[nodiscard]] Result<R> run_query(Result<R> (*function)(QueryContext&, const Args&),
                                    const Args& args) {
    std::optional<R> out;
    VV_TRY(port_.run_query([&](QueryContext& context) -> Status {
      VV_ASSIGN_OR_RETURN(R result, function(context, args));
      out = std::move(result);
      return {};
    }));
    return *std::move(out);
  }
  /// Runs a mutation function as the same caller and waits for its commit.
  template <class R, class Args>
  [[nodiscard]] Result<R> run_mutation(Result<R> (*function)(MutationContext&, const Args&),
                                       const Args& args) {
    std::optional<R> out;
    VV_TRY(port_.run_mutation([&](MutationContext& context) -> Status {
      VV_ASSIGN_OR_RETURN(R result, function(context, args));
      out = std::move(result);
      return {};
    }));
    return *std::move(out);
  }
  template <class Args>
  Status run_mutation(Status (*function)(MutationContext&, const Args&), const Args& args) {
    return port_.run_mutation(
        [&](MutationContext& context) -> Status { return function(context, args); });
  }

 private:
  Port& port_;
  Caller caller_;
  UnixMillis now_;
  std::string base_url_;
  Random& random_;
};

}  // namespace vv::reactive
