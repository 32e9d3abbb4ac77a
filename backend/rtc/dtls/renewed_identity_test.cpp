#include "rtc/dtls/renewed_identity.hpp"

#include <gtest/gtest.h>

#include "rtc/dtls/dtls_identity.hpp"

namespace vv::rtc {
namespace {

// covers M8
TEST(RenewedIdentity, IsAnotherEachDayAndTheOldOneLivesAsLongAsItsHolders) {
  const Instant start = Instant::from_nanos(5'000'000'000);
  const auto renewed = std::move(*RenewedIdentity::create(start));
  std::shared_ptr<const DtlsIdentity> held = renewed->at(start);
  const Fingerprint first = held->fingerprint();
  EXPECT_EQ(renewed->at(start + hours(24) - milliseconds(1)), held);

  const std::weak_ptr<const DtlsIdentity> gone = held;
  const Instant next_day = start + hours(24);
  const std::shared_ptr<const DtlsIdentity> second = renewed->at(next_day);
  EXPECT_NE(second, held);
  EXPECT_FALSE(second->fingerprint() == first);
  EXPECT_EQ(held->fingerprint(), first);
  // Who asks a week later gets a new one as well, and it lasts a day from then on.
  EXPECT_EQ(renewed->at(next_day + hours(23)), second);
  const std::shared_ptr<const DtlsIdentity> third = renewed->at(next_day + days(7));
  EXPECT_NE(third, second);
  EXPECT_EQ(renewed->at(next_day + days(7) + hours(23)), third);

  EXPECT_FALSE(gone.expired());
  held.reset();
  EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace vv::rtc
