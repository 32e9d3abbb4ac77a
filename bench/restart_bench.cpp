// How soon a server is ready again after `kill -9` with 1 GB in its database (threat-model F1: 2
// s). The data is made through our own store; the server is this program, run as `visavis serve`.
// Prints each start, with the file in the page cache and without; fails past the limit.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "identity/user.hpp"
#include "market/documents.hpp"
#include "server/command_line.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv {
namespace {

constexpr std::uintmax_t kWanted = 1'000'000'000;  // bytes of the database file
constexpr std::size_t kUsers = 500;
constexpr std::size_t kRowsAtOnce = 200;
constexpr std::size_t kInFlight = 16;  // mutations; each makes kRowsAtOnce demandes and offres
constexpr Duration kLimit = seconds(2);
constexpr int kStarts = 3;

using market::Demande;
using market::Offre;
using market::UserId;

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

std::vector<UserId> make_users(store::Store& store) {
  std::vector<UserId> users;
  const auto made = store.write_and_wait([&users](store::Writer& db) -> Status {
    users.clear();
    for (std::size_t i = 0; i < kUsers; ++i) {
      identity::User user;
      user.email = format("person{}@example.org", i);
      user.name = format("Personne {}", i);
      user.locale = "fr";
      VV_ASSIGN_OR_RETURN(const UserId id, db.insert(user));
      users.push_back(id);
    }
    return {};
  });
  VV_CHECK(made.has_value(), "an empty database takes users");
  return users;
}

/// Descriptions as long as people may write, and an offre on each.
Status make_rows(store::Writer& db, const std::vector<UserId>& users, std::size_t batch) {
  for (std::size_t i = 0; i < kRowsAtOnce; ++i) {
    const std::size_t n = batch * kRowsAtOnce + i;
    Demande demande;
    demande.demandeur_id = users[n % kUsers];
    demande.titre = format("Demande {}", n);
    demande.description = std::string(3'500, static_cast<char>('a' + n % 26));
    demande.prix = 10'000;
    demande.devise = "EUR";
    demande.nombre_offres = 1;
    VV_ASSIGN_OR_RETURN(const auto id, db.insert(demande));
    Offre offre;
    offre.demande_id = id;
    offre.demandeur_id = demande.demandeur_id;
    offre.offreur_id = users[(n + 1) % kUsers];
    offre.prix_propose = 9'000;
    offre.message = "Bonjour, je peux m'en occuper demain dans la matinée.";
    VV_TRY(db.insert(offre));
  }
  return {};
}

/// Fills the database and dies as by `kill -9`, so that the next to open it finds a log.
[[noreturn]] void fill(const std::string& path) {
  auto opened = store::Store::open({.path = path}, server::make_schema());
  VV_CHECK(opened.has_value(), "the database opens");
  store::Store& store = **opened;
  const std::vector<UserId> users = make_users(store);
  for (std::size_t batch = 0; std::filesystem::file_size(path) < kWanted; ++batch) {
    const auto body = [&users, batch](store::Writer& db) { return make_rows(db, users, batch); };
    const auto done = [](const Result<store::Commit>& made) {
      VV_CHECK(made.has_value(), "nothing refuses these");
    };
    if (batch % kInFlight == kInFlight - 1) {
      done(store.write_and_wait(body));
    } else {
      store.write(body, done);
    }
  }
  ::raise(SIGKILL);
  std::abort();
}

void forget_cache(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  VV_CHECK(file >= 0, "the database is there");
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

/// Starts a server on the folder, waits for its line, kills it. @return how long the line took
Duration start_once(const char* self, const std::string& data) {
  std::array<int, 2> ends{};
  VV_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "there are descriptors");
  const Instant started = monotonic_now();
  const pid_t child = ::fork();
  VV_CHECK(child >= 0, "there are processes");
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(self, self, "serve", "--data", data.c_str(), "--listen", "127.0.0.1:18431", "--rtc-udp",
            "18432", "--rtc-tcp", "18433", "--rtc-ip", "127.0.0.1", nullptr);
    ::_exit(1);
  }
  ::close(ends[1]);
  std::array<char, 256> line{};
  const ssize_t length = ::read(ends[0], line.data(), line.size() - 1);
  const Duration took = monotonic_now() - started;
  ::close(ends[0]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  VV_CHECK(length > 0 && std::strncmp(line.data(), "visavis ready", 13) == 0, "the server starts");
  return took;
}

int measure(const char* self) {
  const store::TemporaryFolder folder(store::TemporaryFolder::Where::Disk);
  const std::string path = folder.file("visavis.db");
  const Instant before = monotonic_now();
  const pid_t child = ::fork();
  VV_CHECK(child >= 0, "there are processes");
  if (child == 0) fill(path);
  int status = 0;
  ::waitpid(child, &status, 0);
  VV_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the database is filled");
  say(format("restart: {} MB and a log of {} MB made in {:.1f} s",
             std::filesystem::file_size(path) / 1'000'000,
             std::filesystem::file_size(path + "-wal") / 1'000'000,
             (monotonic_now() - before).as_seconds()));
  const std::string data = std::filesystem::path(path).parent_path().string();
  Duration worst;
  for (const bool cached : {true, false}) {
    for (int start = 0; start < kStarts; ++start) {
      if (!cached) {
        forget_cache(path);
        forget_cache(path + "-wal");
      }
      const Duration took = start_once(self, data);
      worst = std::max(worst, took);
      say(format("restart: ready after {:4} ms, the file {}", took.as_micros() / 1'000,
                 cached ? "in the page cache" : "on the disk"));
    }
  }
  say(format("restart: worst {} ms, limit {} ms", worst.as_micros() / 1'000,
             kLimit.as_micros() / 1'000));
  return worst < kLimit ? 0 : 1;
}

}  // namespace
}  // namespace vv

int main(int argc, char** argv) {
  if (argc > 1) return vv::server::run_command_line(argc, argv);
  return vv::measure("/proc/self/exe");
}
