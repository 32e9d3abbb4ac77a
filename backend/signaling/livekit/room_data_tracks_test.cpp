#include "livekit_webhook.pb.h"
#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DataTrackTest : public RoomTest {
 protected:
  void publish_data(FakeClient& client, std::uint32_t handle, const std::string& name) {
    pb::SignalRequest request;
    request.mutable_publish_data_track_request()->set_pub_handle(handle);
    request.mutable_publish_data_track_request()->set_name(name);
    say(client, request);
  }
  void subscribe_data(FakeClient& client, const std::string& sid, bool subscribe,
                      std::uint32_t fps = 0) {
    pb::SignalRequest request;
    auto& update = *request.mutable_update_data_subscription()->add_updates();
    update.set_track_sid(sid);
    update.set_subscribe(subscribe);
    if (fps != 0) update.mutable_options()->set_target_fps(fps);
    say(client, request);
  }
  void send_frame(FakeClient& client, std::uint8_t handle, std::uint8_t frame, bool start = true) {
    const std::uint8_t first = start ? 0x10 : 0;
    rooms.on_event(at, sfu::DataReceived{
                           client.seat.room, person(client).publisher, "_data_track",
                           ByteVector{first, 0, 0, handle, 0, 0, 0, frame, 0, 0, 0, 0, 5}, true});
  }
  pb::RequestResponse::Reason last_refusal(const FakeClient& client) {
    const auto all = client.of(pb::SignalResponse::kRequestResponse);
    return all.empty() ? pb::RequestResponse::OK : all.back().request_response().reason();
  }
};

TEST_F(DataTrackTest, AFrameGoesToWhoSubscribedUnderTheirOwnHandle) {
  enter(amina);
  enter(bruno);
  publish_data(amina, 7, "pose");
  const auto published = amina.of(pb::SignalResponse::kPublishDataTrackResponse);
  ASSERT_EQ(published.size(), 1U);
  const std::string sid = published[0].publish_data_track_response().info().sid();
  EXPECT_TRUE(sid.starts_with("DTR_"));
  const auto seen = bruno.of(pb::SignalResponse::kUpdate).back().update().participants(0);
  ASSERT_EQ(seen.data_tracks_size(), 1);
  EXPECT_EQ(seen.data_tracks(0).name(), "pose");
  send_frame(amina, 7, 1);
  EXPECT_THAT(media.all<sfu::SendData>(), IsEmpty()) << "nobody asked";

  subscribe_data(bruno, sid, true);
  const auto handles = bruno.of(pb::SignalResponse::kDataTrackSubscriberHandles);
  ASSERT_EQ(handles.size(), 1U);
  const auto& told = handles[0].data_track_subscriber_handles().sub_handles();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.begin()->second.publisher_identity(), "amina");
  EXPECT_EQ(told.begin()->second.track_sid(), sid);
  send_frame(amina, 7, 2);
  const auto sent = media.all<sfu::SendData>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].transport, person(bruno).publisher);
  EXPECT_EQ(load_be16(&sent[0].bytes[2]), told.begin()->first);
  EXPECT_EQ(sent[0].bytes[12], 5);

  subscribe_data(bruno, sid, false);
  EXPECT_EQ(bruno.of(pb::SignalResponse::kDataTrackSubscriberHandles)
                .back()
                .data_track_subscriber_handles()
                .sub_handles_size(),
            0);
  send_frame(amina, 7, 3);
  EXPECT_EQ(media.all<sfu::SendData>().size(), 1U);
}

TEST_F(DataTrackTest, OfSoManyFramesASecondWholeOnesGo) {
  enter(amina);
  enter(bruno);
  publish_data(amina, 7, "pose");
  const std::string sid = person(amina).info.data_tracks(0).sid();
  subscribe_data(bruno, sid, true, 5);
  for (std::uint8_t frame = 1; frame <= 20; ++frame) {  // two seconds of ten a second
    send_frame(amina, 7, frame);
    send_frame(amina, 7, frame, false);
    at.now += milliseconds(100);
  }
  EXPECT_EQ(media.all<sfu::SendData>().size(), 20U) << "every other frame, both of its packets";
}

TEST_F(DataTrackTest, WhatCannotBePublishedIsRefusedWithItsReason) {
  enter(amina);
  publish_data(amina, 0, "a");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::INVALID_HANDLE);
  publish_data(amina, 1, "");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::INVALID_NAME);
  publish_data(amina, 1, "a");
  publish_data(amina, 1, "b");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::DUPLICATE_HANDLE);
  publish_data(amina, 2, "a");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::DUPLICATE_NAME);
  for (std::uint32_t handle = 2; handle <= 32; ++handle)
    publish_data(amina, handle, std::to_string(handle));
  publish_data(amina, 33, "33");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::LIMIT_EXCEEDED);
  EXPECT_EQ(person(amina).info.data_tracks_size(), 32);
  pb::SignalRequest unpublish;
  unpublish.mutable_unpublish_data_track_request()->set_pub_handle(99);
  say(amina, unpublish);
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::NOT_FOUND);
  person(amina).info.mutable_permission()->set_can_publish_data(false);
  publish_data(amina, 99, "99");
  EXPECT_EQ(last_refusal(amina), pb::RequestResponse::NOT_ALLOWED);
}

TEST_F(DataTrackTest, AnUnpublishedTrackTakesItsSubscriptionsWithIt) {
  enter(amina);
  enter(bruno);
  person(bruno).auto_subscribe_data = true;
  publish_data(amina, 7, "pose");
  ASSERT_EQ(bruno.of(pb::SignalResponse::kDataTrackSubscriberHandles).size(), 1U);
  pb::SignalRequest unpublish;
  unpublish.mutable_unpublish_data_track_request()->set_pub_handle(7);
  say(amina, unpublish);
  EXPECT_EQ(amina.of(pb::SignalResponse::kUnpublishDataTrackResponse).size(), 1U);
  const auto handles = bruno.of(pb::SignalResponse::kDataTrackSubscriberHandles);
  ASSERT_EQ(handles.size(), 2U);
  EXPECT_EQ(handles[1].data_track_subscriber_handles().sub_handles_size(), 0);
}

class ReplayTest : public RoomTest {
 protected:
  void send_packet(FakeClient& client, std::uint32_t sequence, const std::string& to = {}) {
    pb::DataPacket packet;
    packet.set_sequence(sequence);
    packet.mutable_user()->set_payload("x");
    if (!to.empty()) packet.add_destination_identities(to);
    const std::string bytes = packet.SerializeAsString();
    rooms.on_event(at, sfu::DataReceived{client.seat.room, person(client).publisher, "_reliable",
                                         ByteVector(bytes.begin(), bytes.end()), true});
  }
  /// Sequences that a client is sent after it said what it had received last.
  std::vector<std::uint32_t> replayed(FakeClient& client, std::uint32_t last) {
    media.commands.clear();
    pb::SignalRequest request;
    auto& state = *request.mutable_sync_state()->add_datachannel_receive_states();
    state.set_publisher_sid(person(amina).info.sid());
    state.set_last_seq(last);
    say(client, request);
    std::vector<std::uint32_t> sequences;
    for (const sfu::SendData& sent : media.all<sfu::SendData>()) {
      pb::DataPacket packet;
      EXPECT_TRUE(packet.ParseFromArray(sent.bytes.data(), static_cast<int>(sent.bytes.size())));
      EXPECT_EQ(sent.transport, person(client).publisher);
      sequences.push_back(packet.sequence());
    }
    return sequences;
  }
};

TEST_F(ReplayTest, WhatWasMissedComesAgainAndNothingElse) {
  enter(amina);
  enter(bruno);
  send_packet(amina, 1);
  send_packet(amina, 2);
  send_packet(amina, 3, "carla");
  send_packet(amina, 4, "bruno");
  EXPECT_THAT(replayed(bruno, 1), ElementsAre(2, 4));
  EXPECT_THAT(replayed(bruno, 4), IsEmpty());
  EXPECT_THAT(replayed(amina, 0), IsEmpty()) << "its own";
  advance(seconds(11));
  EXPECT_THAT(replayed(bruno, 1), IsEmpty()) << "too old";
}

TEST_F(ReplayTest, WhatIsKeptIsBounded) {
  enter(amina);
  enter(bruno);
  for (std::uint32_t i = 1; i <= 20'000; ++i) send_packet(amina, i);
  const auto sequences = replayed(bruno, 0);
  EXPECT_LT(sequences.size(), 5'000U);
  EXPECT_EQ(sequences.back(), 20'000U);
}

TEST_F(ReplayTest, AResumeThatNamesALostDataTrackStartsOver) {
  enter(amina);
  pb::SignalRequest request;
  request.mutable_sync_state()->add_publish_data_tracks()->mutable_info()->set_sid("DTR_gone");
  say(amina, request);
  ASSERT_EQ(amina.of(pb::SignalResponse::kLeave).size(), 1U);
  EXPECT_EQ(amina.of(pb::SignalResponse::kLeave)[0].leave().action(), pb::LeaveRequest::RECONNECT);
}

TEST_F(RoomTest, WhatWasAskedForAndNeverCameIsSaidAfterAMinute) {
  enter(amina);
  pb::SignalRequest request;
  request.mutable_subscription()->add_track_sids("TR_nowhere");
  request.mutable_subscription()->set_subscribe(true);
  say(amina, request);
  for (int i = 0; i < 62; ++i) advance(seconds(1));
  const auto said = amina.of(pb::SignalResponse::kSubscriptionResponse);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].subscription_response().track_sid(), "TR_nowhere");
  EXPECT_EQ(said[0].subscription_response().err(), pb::SE_TRACK_NOTFOUND);
}

TEST_F(RoomTest, ASimulatedSpeakerIsHeardOfAndFallsSilent) {
  enter(amina);
  enter(bruno);
  pb::SignalRequest request;
  request.mutable_simulate()->set_speaker_update(3);
  say(amina, request);
  for (int i = 0; i < 4; ++i) advance(seconds(1));
  const auto said = bruno.of(pb::SignalResponse::kSpeakersChanged);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_TRUE(said[0].speakers_changed().speakers(0).active());
  EXPECT_FALSE(said[1].speakers_changed().speakers(0).active());
}

TEST_F(RoomTest, PermissionsTakenAwayEndWhatTheyAllowed) {  // S-93
  enter(amina);
  enter(bruno);
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  offer(bruno);
  pb::ParticipantPermission permission = person(amina).info.permission();
  permission.set_can_publish(false);
  permission.set_can_publish_data(false);
  Room& room = *rooms.find("room");
  room.update_participant(at, person(amina), {}, &permission);
  const auto unpublished = amina.of(pb::SignalResponse::kTrackUnpublished);
  ASSERT_EQ(unpublished.size(), 1U);
  EXPECT_EQ(unpublished[0].track_unpublished().track_sid(), sid);
  EXPECT_EQ(media.all<sfu::Unsubscribe>().size(), 1U);
  const auto shown = bruno.of(pb::SignalResponse::kUpdate).back().update().participants(0);
  EXPECT_FALSE(shown.permission().can_publish());
  EXPECT_EQ(shown.tracks_size(), 0);
  const auto token = amina.of(pb::SignalResponse::kRefreshToken).back().refresh_token();
  EXPECT_FALSE(tokens.verify(token, at.wall)->video.may_publish());
}

TEST_F(RoomTest, WhoMayNotSubscribeIsToldAndLosesWhatItHad) {  // S-92
  enter(amina);
  enter(bruno);
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  offer(bruno);
  pb::SignalRequest request;
  auto& rules = *request.mutable_subscription_permission();
  rules.set_all_participants(false);
  rules.add_track_permissions()->set_participant_identity("carla");
  rules.mutable_track_permissions(0)->set_all_tracks(true);
  say(amina, request);
  auto told = bruno.of(pb::SignalResponse::kSubscriptionPermissionUpdate);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].subscription_permission_update().track_sid(), sid);
  EXPECT_FALSE(told[0].subscription_permission_update().allowed());
  EXPECT_EQ(media.all<sfu::Unsubscribe>().size(), 1U);

  rules.add_track_permissions()->set_participant_sid(person(bruno).info.sid());
  rules.mutable_track_permissions(1)->add_track_sids(sid);
  say(amina, request);
  offer(bruno);
  told = bruno.of(pb::SignalResponse::kSubscriptionPermissionUpdate);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[1].subscription_permission_update().allowed());
  EXPECT_EQ(media.all<sfu::Subscribe>().size(), 2U);
}

TEST_F(RoomTest, WhoSpeaksNoneOfItsCodecsIsTold) {  // S-50
  enter(amina);
  enter(bruno);
  pb::SignalRequest request;
  request.mutable_add_track()->set_cid("cid");
  request.mutable_add_track()->set_type(pb::VIDEO);
  request.mutable_add_track()->set_source(pb::CAMERA);
  say(amina, request);
  sdp::Section& section = amina.add(sdp::MediaKind::Video, sdp::Direction::SendOnly);
  section.msids = {{.stream = "s", .track = "cid"}};
  section.codecs[0].name = "VP9";
  section.codecs[0].payload_type = 98;
  offer(amina);
  const std::string sid = person(amina).info.tracks(0).sid();
  offer(bruno);  // only VP8
  const auto said = bruno.of(pb::SignalResponse::kSubscriptionResponse);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].subscription_response().track_sid(), sid);
  EXPECT_EQ(said[0].subscription_response().err(), pb::SE_CODEC_UNSUPPORTED);
}

struct FakeEvents final : EventSink {
  void emit(pb::WebhookEvent event) override { events.push_back(std::move(event)); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.event());
    return out;
  }
  std::vector<pb::WebhookEvent> events;
};

TEST_F(RoomTest, WebhooksAreToldWhatHappensInItsOrder) {
  FakeEvents events;
  rooms.set_events(&events);
  enter(amina);
  publish(amina, pb::AUDIO, "cid");
  join(bruno);
  pb::SignalRequest leave;
  leave.mutable_leave()->set_action(pb::LeaveRequest::DISCONNECT);
  say(bruno, leave);
  say(amina, leave);
  for (int i = 0; i < 25; ++i) advance(seconds(1));
  EXPECT_THAT(events.names(), ElementsAre("room_started", "participant_joined", "track_published",
                                          "participant_connection_aborted", "track_unpublished",
                                          "participant_left", "room_finished"));
  EXPECT_EQ(events.events[3].participant().identity(), "bruno");
  EXPECT_EQ(events.events[5].participant().state(), pb::ParticipantInfo::DISCONNECTED);
  EXPECT_EQ(events.events[5].participant().disconnect_reason(), pb::CLIENT_INITIATED);
}

TEST_F(RoomTest, ATurnServerComesWithCredentialsOfTenMinutes) {  // covers M21
  rooms.set_ice_servers({.urls = {"turn:t.example.org"}, .turn_secret = Secret{"north"}});
  join(amina);
  const auto& servers = amina.messages.front().join().ice_servers();
  ASSERT_EQ(servers.size(), 1);
  EXPECT_EQ(servers[0].urls(0), "turn:t.example.org");
  const std::string expires = std::to_string((at.wall + minutes(10)).value / 1000);
  EXPECT_EQ(servers[0].username(), expires + ":" + person(amina).info.sid());
  EXPECT_FALSE(servers[0].credential().empty());
}

}  // namespace
}  // namespace vv::signaling
