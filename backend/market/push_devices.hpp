#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>

#include "market/push_port.hpp"
#include "market/rings.hpp"

// Browsers that show a ring while no page of ours is open: which they are, and what they are told.
namespace vv::market {

/// More browsers than anybody uses; past it, the one that was named longest ago goes.
constexpr std::size_t kMaxPushDevices = 10;
/// A browser names itself again each time the app is opened: one that has not for this long is as
/// good as signed out, like its login.
constexpr Duration kPushDeviceAge = days(30);
/// A missed call is told this much later at most, to a browser that was off.
constexpr Duration kMissedFor = hours(12);

struct SubscribeArgs {
  std::string endpoint;
  std::string p256dh;
  std::string auth;
  std::string device;
};
BOOST_DESCRIBE_STRUCT(SubscribeArgs, (), (endpoint, p256dh, auth, device))
struct UnsubscribeArgs {
  std::string endpoint;
};
BOOST_DESCRIBE_STRUCT(UnsubscribeArgs, (), (endpoint))
/// What a push message brought along: the right to answer for that browser, about that ring, while
/// it may still matter. Service workers are not signed in.
struct ReceiptArgs {
  std::string ring;
  std::string receipt;
};
BOOST_DESCRIBE_STRUCT(ReceiptArgs, (), (ring, receipt))

/// `push:publicKey`: what browsers subscribe with; null where push is switched off. Public.
[[nodiscard]] Result<Nullable<std::string>> push_public_key(QueryContext& ctx, PushPort* push);
/// `push:subscribe`: this browser is rung for the caller from now on, and for nobody else. Again is
/// no error. refuses: unavailable where push is switched off; invalid
[[nodiscard]] Status subscribe_push(MutationContext& ctx, const SubscribeArgs& args,
                                    PushPort* push);
/// `push:unsubscribe`: no longer. One that is not the caller's is left alone, without an error.
[[nodiscard]] Status unsubscribe_push(MutationContext& ctx, const UnsubscribeArgs& args);
/// `push:shown`: the browser shows the ring. Too late is no error. Public.
/// refuses: forbidden unless the receipt is ours
[[nodiscard]] Status push_shown(MutationContext& ctx, const ReceiptArgs& args,
                                const FileLinks& links);
/// `push:answer`: as `meetSessions:answer`, pressed on a notification. Public.
/// refuses: forbidden unless the receipt is ours
[[nodiscard]] Status push_answer(MutationContext& ctx, const ReceiptArgs& args,
                                 const FileLinks& links);
/// `push:snooze`: as `meetSessions:snooze`, pressed on a notification. Public.
/// refuses: forbidden unless the receipt is ours; conflict unless it rings, or the second time
[[nodiscard]] Status push_snooze(MutationContext& ctx, const ReceiptArgs& args,
                                 const FileLinks& links);

/// A ring begins, or is over, and somebody's browsers are to learn of it: what they are told is how
/// it stands when this runs.
inline constexpr reactive::Internal<RingArgs> kTellDevices{"push:tellDevices"};
[[nodiscard]] Status tell_devices(MutationContext& ctx, const RingArgs& args, PushPort* push,
                                  const FileLinks& links);

/// Schedules that, when this person has such browsers.
[[nodiscard]] Status tell_devices_soon(MutationContext& ctx, const Ring& ring);
/// The browser has let go of its subscription.
[[nodiscard]] Status forget_push_device(store::Writer& db, const std::string& device);
/// Somebody has signed out there.
[[nodiscard]] Status forget_push_of_login(store::Writer& db, const std::string& login);
/// Removes up to `limit` that were last named before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_push_devices(store::Writer& db, UnixMillis before,
                                                     std::size_t limit);

}  // namespace vv::market
