#pragma once

#include <sqlite3.h>

#include <string>

#include "base/check.hpp"

namespace vv::store {

/// Makes the database that `sql`, as `sqlite3 FILE .dump` prints it, tells of.
inline void make_database(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  VV_CHECK(sqlite3_open(path.c_str(), &handle) == SQLITE_OK, "the test makes its database");
  const int made = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  sqlite3_close(handle);
  VV_CHECK(made == SQLITE_OK, "the dump is whole");
}

}  // namespace vv::store
