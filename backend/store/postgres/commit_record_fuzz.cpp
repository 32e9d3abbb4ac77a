#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "store/postgres/commit_record.hpp"

// What decodes is what would be written for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kFingerprint = 7;
  const vv::Bytes record{data, size};
  if (const auto commits = vv::store::postgres::decode_commits(record, kFingerprint)) {
    const vv::ByteVector again = vv::store::postgres::encode_commits(*commits, kFingerprint);
    VV_CHECK(std::equal(again.begin(), again.end(), record.begin(), record.end()),
             "a record that decodes is the record it encodes to");
  }
  return 0;
}
