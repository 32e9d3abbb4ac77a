#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <boost/describe.hpp>

#include "base/check.hpp"
#include "base/random.hpp"
#include "reactive/context.hpp"
#include "reactive/detail/scheduled_call.hpp"
#include "reactive/engine.hpp"
#include "reactive/internals.hpp"
#include "reactive/scheduler.hpp"
#include "store/schema.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::reactive {

/// What a scheduled call of the tests leaves behind.
struct Note {
  Id<Note> id;
  double creation_time = 0;
  std::string tag;
  UnixMillis at;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, creation_time, tag, at))

struct NoteArgs {
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(NoteArgs, (), (tag))

inline constexpr Internal<NoteArgs> kWrite{"notes:write"};
/// Refuses while the test says so.
inline constexpr Internal<NoteArgs> kWriteIfLet{"notes:writeIfLet"};
/// Writes, and has `kWrite` called in a minute.
inline constexpr Internal<NoteArgs> kWriteTwice{"notes:writeTwice"};
inline constexpr Internal<NoArgs> kSweep{"notes:sweep"};

inline Status write_note(MutationContext& ctx, const NoteArgs& args) {
  Note note;
  note.tag = args.tag;
  note.at = ctx.now();
  VV_TRY(ctx.db.insert(note));
  return {};
}

/// A real store and a scheduler on clocks that the test moves; the front loop is the test's.
class ScheduledWorld {
 public:
  using Declare = std::function<void(Internals&)>;
  explicit ScheduledWorld(Declare crons = {}) : ScheduledWorld(std::move(crons), "", 7) {}
  /// On a database that others use, too; their seeds differ. None: one of its own.
  ScheduledWorld(Declare crons, const std::string& path, std::uint64_t seed)
      : random(seed), crons_(std::move(crons)) {
    store::Schema schema;
    declare_schema(schema);
    schema.add(store::table<Note>("notes").index("by_tag", &Note::tag));
    auto opened = store::Store::open({.path = path.empty() ? folder_.file("scheduled.db") : path,
                                      .readers = 1,
                                      .wall_nanos = [this] { return wall.value * 1'000'000; },
                                      .random = &random},
                                     std::move(schema));
    VV_CHECK(opened.has_value(), "a new database opens");
    store = *std::move(opened);
    begin();
  }
  ~ScheduledWorld() { end(); }

  /// A process starts on the data that is there.
  void begin() {
    Internals internals;
    internals.add(kWrite, write_note);
    internals.add(kWriteIfLet, [this](MutationContext& ctx, const NoteArgs& args) -> Status {
      VV_TRY(write_note(ctx, args));
      if (refusing) return conflict("not now");
      return {};
    });
    internals.add(kWriteTwice, [](MutationContext& ctx, const NoteArgs& args) -> Status {
      VV_TRY(write_note(ctx, args));
      VV_TRY(ctx.after(minutes(1), kWrite, args));
      return {};
    });
    internals.add(kSweep, [](MutationContext& ctx, const NoArgs&) -> Status {
      return write_note(ctx, {"sweep"});
    });
    if (crons_) crons_(internals);
    scheduler =
        std::make_unique<Scheduler>(Scheduler::Ports{.store = *store,
                                                     .post =
                                                         [this](std::function<void()> job) {
                                                           const std::scoped_lock lock(mutex_);
                                                           loop_.push_back(std::move(job));
                                                         },
                                                     .now = [this] { return now; },
                                                     .wall_now = [this] { return wall; },
                                                     .random = random},
                                    std::move(internals));
    const Status started = scheduler->start();
    VV_CHECK(started.has_value(), "a scheduler starts");
  }
  /// The process is killed: what the loop had yet to do is lost.
  void end() {
    settle();
    scheduler.reset();
    settle();
    const std::scoped_lock lock(mutex_);
    loop_.clear();
  }
  void restart(Duration down = {}) {
    end();
    pass(down);
    begin();
  }

  void pass(Duration time) {
    now += time;
    wall = wall + time;
  }
  /// Somebody sets the clock.
  void set_clock(Duration by) { wall = wall + by; }

  /// Time passes, with a look at the clock every `step`.
  void live(Duration time, Duration step = seconds(1)) {
    for (Duration gone; gone < time; gone += step) {
      pass(step);
      scheduler->tick();
      run();
    }
  }

  /// One job of the loop, after the writer has done what it was given.
  bool run_once() {
    settle();
    std::function<void()> job;
    {
      const std::scoped_lock lock(mutex_);
      if (loop_.empty()) return false;
      job = std::move(loop_.front());
      loop_.pop_front();
    }
    job();
    return true;
  }
  void run() {
    while (run_once()) {
    }
  }
  void settle() {
    const auto done = store->write_and_wait([](store::Writer&) { return Status(); });
    VV_CHECK(done.has_value(), "the writer works");
  }

  /// A mutation of somebody's; its effects run as the engine runs them.
  Status mutate(const std::function<Status(MutationContext&)>& body) {
    std::vector<MutationContext::Effect> effects;
    const auto commit = store->write_and_wait([&](store::Writer& db) -> Status {
      MutationContext ctx(db, {.identity = nullptr,
                               .now = wall,
                               .random = &random,
                               .base_url = {},
                               .scheduler = scheduler.get()});
      VV_TRY(body(ctx));
      effects = ctx.take_effects();
      return {};
    });
    if (!commit) return commit.error();
    for (const auto& effect : effects) effect();
    return {};
  }
  ScheduledId after(Duration delay, const Internal<NoteArgs>& function, const std::string& tag) {
    ScheduledId id;
    const Status done = mutate([&](MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(id, ctx.after(delay, function, {tag}));
      return {};
    });
    VV_CHECK(done.has_value(), "a call is scheduled");
    return id;
  }

  std::size_t notes(const std::string& tag) {
    std::size_t found = 0;
    const Status read = store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<Note>("by_tag").eq(tag).count(100'000));
      return {};
    });
    VV_CHECK(read.has_value(), "notes can be read");
    return found;
  }
  std::vector<ScheduledCall> rows() {
    std::vector<ScheduledCall> found;
    const Status read = store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<ScheduledCall>().collect());
      return {};
    });
    VV_CHECK(read.has_value(), "rows can be read");
    return found;
  }

  Instant now = Instant::from_nanos(1'000'000'000);
  UnixMillis wall{1'795'415'000'000};
  SeededRandom random{7};
  bool refusing = false;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Scheduler> scheduler;

 private:
  Declare crons_;
  store::TemporaryFolder folder_;
  std::mutex mutex_;  // the writer posts too
  std::deque<std::function<void()>> loop_;
};

}  // namespace vv::reactive
