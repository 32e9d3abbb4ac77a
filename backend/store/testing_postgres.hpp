#pragma once

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "store/postgres/connection.hpp"
#include "store/testing_store.hpp"

namespace vv::store {

/// A PostgreSQL server of the test's own, in a temporary folder, on a socket in it. It dies with
/// the test. Root's tests run it as `postgres` or `nobody`, since it refuses to run as root.
class TemporaryServer {
 public:
  enum class Sync : std::uint8_t { Off, On };  ///< tests pull no plug, benchmarks are honest
  /// Ends the tests where PostgreSQL is not installed: they must not seem to have passed.
  explicit TemporaryServer(Sync sync = Sync::Off) : sync_(sync) {
    const std::string folder = folder_.file("");
    if (::getuid() == 0) VV_CHECK(::chown(folder.c_str(), user(), group()) == 0, "root may give");
    const pid_t made = spawn({program("initdb"), "-D", folder_.file("data"), "-U", "visavis", "-A",
                              "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
    int status = 0;
    ::waitpid(made, &status, 0);
    VV_CHECK(status == 0, "initdb makes a cluster: the package postgresql-15 is installed");
    start();
  }
  ~TemporaryServer() { kill(); }
  TemporaryServer(const TemporaryServer&) = delete;
  TemporaryServer& operator=(const TemporaryServer&) = delete;

  [[nodiscard]] std::string url_of(const std::string& database) const {
    return "postgres://visavis@/" + database + "?host=" + folder_.file("");
  }
  void execute(const std::string& sql, const std::string& database = "postgres") const {
    auto connection =
        postgres::Connection::open(url_of(database), postgres::Connection::Purpose::Migrate);
    VV_CHECK(connection.has_value(), "the test's server answers");
    VV_CHECK((*connection)->execute(sql).has_value(), "the test's own statement is sound");
  }

  /// Like a crash of the server alone: nobody is asked, what was committed is recovered.
  void kill() {
    if (server_ < 0) return;
    ::kill(server_, SIGQUIT);
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  /// Accepts connections when it returns.
  void start() {
    server_ = spawn({program("postgres"), "-D", folder_.file("data"), "-k", folder_.file(""), "-c",
                     "listen_addresses=", "-c", sync_ == Sync::On ? "fsync=on" : "fsync=off", "-c",
                     "shared_buffers=16MB", "-c", "max_connections=200", "-c",
                     "unix_socket_permissions=0777"});
    const Instant deadline = monotonic_now() + seconds(60);
    while (
        !postgres::Connection::open(url_of("postgres"), postgres::Connection::Purpose::Migrate)) {
      VV_CHECK(monotonic_now() < deadline, "the test's server starts");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

 private:
  static const passwd* unprivileged() {
    const passwd* found = ::getpwnam("postgres");
    return found != nullptr ? found : ::getpwnam("nobody");
  }
  static uid_t user() { return unprivileged()->pw_uid; }
  static gid_t group() { return unprivileged()->pw_gid; }

  static std::string program(const std::string& name) {
    std::error_code none;
    // Debian keeps them out of the PATH, a folder a version.
    for (const char* version : {"17", "16", "15"}) {
      const std::string path = std::string("/usr/lib/postgresql/") + version + "/bin/" + name;
      if (std::filesystem::exists(path, none)) return path;
    }
    return name;
  }

  static pid_t spawn(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const bool is_root = ::getuid() == 0;
    const uid_t as_user = is_root ? user() : ::getuid();
    const gid_t as_group = is_root ? group() : ::getgid();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    VV_CHECK(child >= 0, "tests may start programs");
    if (child > 0) return child;
    if (is_root && (::setgid(as_group) != 0 || ::setuid(as_user) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir("/") != 0) ::_exit(125);
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  Sync sync_;
  TemporaryFolder folder_{TemporaryFolder::Where::Disk};
  pid_t server_ = -1;
};

/// One server for all tests of a program, started when the first asks.
inline TemporaryServer& shared_server() {
  static TemporaryServer server;
  return server;
}

enum class TestEngine : std::uint8_t { Sqlite, Postgres };

/// An empty database for one test.
class TestDatabase {
 public:
  explicit TestDatabase(TestEngine engine) {
    if (engine == TestEngine::Sqlite) {
      path_ = folder_.file("test.db");
      return;
    }
    static std::atomic<int> made = 0;
    name_ = "test" + std::to_string(++made);
    shared_server().execute("CREATE DATABASE " + name_);
    path_ = shared_server().url_of(name_);
  }
  ~TestDatabase() {
    if (!name_.empty()) shared_server().execute("DROP DATABASE " + name_ + " WITH (FORCE)");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  /// As `Options::path` wants it.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  /// On the shared server.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  TemporaryFolder folder_;
  std::string name_;
  std::string path_;
};

}  // namespace vv::store
