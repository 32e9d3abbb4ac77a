#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(RoomTest, FirstFrameIsJoinAndItsOfferIsAnswered) {
  join(amina);
  ASSERT_TRUE(amina.messages.front().has_join());
  const pb::JoinResponse& join = amina.messages.front().join();
  EXPECT_EQ(join.server_info().version(), "1.13.5");
  EXPECT_EQ(join.server_info().protocol(), 17);
  EXPECT_FALSE(join.subscriber_primary());
  EXPECT_EQ(join.ping_interval(), 5);
  EXPECT_EQ(join.ping_timeout(), 15);
  EXPECT_EQ(join.enabled_publish_codecs(0).mime(), "video/VP8");
  EXPECT_THAT(join.participant().sid(), testing::StartsWith("PA_"));
  EXPECT_THAT(join.room().sid(), testing::StartsWith("RM_"));
  const auto answers = amina.of(pb::SignalResponse::kAnswer);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].answer().id(), 1U);
  EXPECT_EQ(media.all<sfu::AddTransport>().size(), 1U);
  EXPECT_EQ(amina.of(pb::SignalResponse::kRefreshToken).size(), 1U);
}

TEST_F(RoomTest, OthersSeeJoinedThenActiveWithGrowingVersions) {
  enter(amina);
  join(bruno);
  rooms.tick(at);
  connect(bruno);
  std::vector<int> states;
  std::uint32_t version = 0;
  for (const auto& message : amina.of(pb::SignalResponse::kUpdate)) {
    for (const auto& info : message.update().participants()) {
      if (info.identity() != "bruno") continue;
      states.push_back(info.state());
      EXPECT_GT(info.version(), version);
      version = info.version();
    }
  }
  EXPECT_THAT(states, ElementsAre(pb::ParticipantInfo::JOINED, pb::ParticipantInfo::ACTIVE));
  EXPECT_THAT(observer.events, ElementsAre("active amina", "active bruno"));
}

TEST_F(RoomTest, PublishedTrackReachesTheOtherThroughAnAnswer) {
  enter(amina);
  enter(bruno);
  const std::string sid = publish(amina, pb::VIDEO, "cid");
  ASSERT_FALSE(media.all<sfu::SetReceivers>().empty());
  EXPECT_EQ(media.all<sfu::SetReceivers>().back().receivers.size(), 1U);
  ASSERT_EQ(bruno.of(pb::SignalResponse::kMediaSectionsRequirement).size(), 1U);
  EXPECT_THAT(media.all<sfu::Subscribe>(), IsEmpty());

  offer(bruno);
  const auto answer = bruno.of(pb::SignalResponse::kAnswer).back().answer();
  EXPECT_EQ(answer.mid_to_track_id().at("2"), sid);
  ASSERT_EQ(media.all<sfu::Subscribe>().size(), 1U);
  EXPECT_EQ(media.all<sfu::Subscribe>()[0].transport, person(bruno).publisher);
  ASSERT_EQ(amina.of(pb::SignalResponse::kTrackSubscribed).size(), 1U);
  EXPECT_EQ(amina.of(pb::SignalResponse::kTrackSubscribed)[0].track_subscribed().track_sid(), sid);
}

TEST_F(RoomTest, LateJoinerFindsTheTrackInTheFirstAnswer) {
  enter(amina);
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  join(bruno);
  EXPECT_EQ(bruno.messages.front().join().other_participants(0).tracks(0).sid(), sid);
  EXPECT_EQ(bruno.of(pb::SignalResponse::kAnswer).at(0).answer().mid_to_track_id().at("0"), sid);
  EXPECT_EQ(media.all<sfu::Subscribe>().size(), 1U);
}

TEST_F(RoomTest, WhoPublishesIsIntroducedBeforeTheAnswerThatExposesIt) {
  join(bruno);
  join(amina);
  publish(amina, pb::VIDEO, "cid");
  offer(bruno);
  std::size_t introduced = bruno.messages.size();
  for (std::size_t i = 0; i < bruno.messages.size(); ++i) {
    if (!bruno.messages[i].has_update()) continue;
    for (const auto& info : bruno.messages[i].update().participants()) {
      if (info.tracks_size() == 1) introduced = std::min(introduced, i);
    }
  }
  std::size_t exposed = bruno.messages.size();
  for (std::size_t i = 0; i < bruno.messages.size(); ++i) {
    if (bruno.messages[i].has_answer() && !bruno.messages[i].answer().mid_to_track_id().empty())
      exposed = i;
  }
  EXPECT_LT(introduced, exposed);
  EXPECT_LT(exposed, bruno.messages.size());
}

TEST_F(RoomTest, OfferMayComeBeforeAddTrack) {
  enter(amina);
  sdp::Section& section = amina.add(sdp::MediaKind::Audio, sdp::Direction::SendOnly);
  section.msids = {{.stream = "s", .track = "late"}};
  offer(amina);
  EXPECT_THAT(person(amina).info.tracks(), IsEmpty());
  pb::SignalRequest request;
  request.mutable_add_track()->set_cid("late");
  request.mutable_add_track()->set_type(pb::AUDIO);
  say(amina, request);
  ASSERT_EQ(person(amina).info.tracks_size(), 1);
  EXPECT_EQ(person(amina).info.tracks(0).mime_type(), "audio/opus");
  EXPECT_EQ(media.all<sfu::SetReceivers>().back().receivers.size(), 1U);
}

TEST_F(RoomTest, MuteIsSeenByAllAndTold) {
  enter(amina);
  enter(bruno);
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  pb::SignalRequest request;
  request.mutable_mute()->set_sid(sid);
  request.mutable_mute()->set_muted(true);
  say(amina, request);
  EXPECT_TRUE(
      bruno.of(pb::SignalResponse::kUpdate).back().update().participants(0).tracks(0).muted());
  EXPECT_TRUE(
      amina.of(pb::SignalResponse::kUpdate).back().update().participants(0).tracks(0).muted());
  ASSERT_EQ(media.all<sfu::SetTrackMuted>().size(), 1U);
  EXPECT_TRUE(media.all<sfu::SetTrackMuted>()[0].muted);
  EXPECT_EQ(media.all<sfu::SetTrackMuted>()[0].silence, (ByteVector{0xF8, 0xFF, 0xFE}));
  request.mutable_mute()->set_muted(false);
  say(amina, request);
  EXPECT_TRUE(media.all<sfu::SetTrackMuted>().back().silence.empty());
}

TEST_F(RoomTest, SilenceInAnEncryptedTrackSaysThatItIsTheServers) {
  enter(amina);
  enter(bruno);
  const std::string trailer = bruno.messages.front().join().sif_trailer();
  EXPECT_GE(trailer.size(), 16U);
  EXPECT_EQ(trailer, amina.messages.front().join().sif_trailer()) << "one for the whole room";
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  person(amina).find_track(sid)->info.set_encryption(pb::Encryption::GCM);
  pb::SignalRequest request;
  request.mutable_mute()->set_sid(sid);
  request.mutable_mute()->set_muted(true);
  say(amina, request);
  const ByteVector silence = media.all<sfu::SetTrackMuted>().back().silence;
  ASSERT_EQ(silence.size(), 3 + trailer.size());
  EXPECT_EQ(as_text(Bytes{silence}.subspan(3)), trailer);
}

TEST_F(RoomTest, UnpublishEndsSubscriptionsAndFreesTheSection) {
  enter(amina);
  enter(bruno);
  publish(amina, pb::VIDEO, "cid");
  offer(bruno);
  amina.description.sections.back().direction = sdp::Direction::Inactive;
  offer(amina);
  EXPECT_EQ(media.all<sfu::Unsubscribe>().size(), 1U);
  EXPECT_EQ(bruno.of(pb::SignalResponse::kUpdate).back().update().participants(0).tracks_size(), 0);
  EXPECT_EQ(bruno.of(pb::SignalResponse::kMediaSectionsRequirement)
                .back()
                .media_sections_requirement()
                .num_videos(),
            0U);
  offer(bruno);
  EXPECT_TRUE(bruno.of(pb::SignalResponse::kAnswer).back().answer().mid_to_track_id().empty());
}

/// What the last subscribed_quality_update says: per codec its highest enabled quality, -1 for
/// none.
std::map<std::string, int> told_layers(const FakeClient& client) {
  std::map<std::string, int> told;
  const auto updates = client.of(pb::SignalResponse::kSubscribedQualityUpdate);
  if (updates.empty()) return told;
  for (const auto& codec : updates.back().subscribed_quality_update().subscribed_codecs()) {
    int& highest = told.try_emplace(codec.codec(), -1).first->second;
    for (const auto& layer : codec.qualities()) {
      if (layer.enabled()) highest = std::max(highest, static_cast<int>(layer.quality()));
    }
  }
  return told;
}

TEST_F(RoomTest, APublisherIsToldWhichLayersAnybodyWants) {
  enter(amina);
  enter(bruno);
  const std::string sid = publish(amina, pb::VIDEO, "cid");
  offer(bruno);
  const auto settings = [&](pb::VideoQuality quality, bool disabled) {
    pb::SignalRequest request;
    request.mutable_track_setting()->add_track_sids(sid);
    request.mutable_track_setting()->set_quality(quality);
    request.mutable_track_setting()->set_disabled(disabled);
    say(bruno, request);
  };
  advance(seconds(20));
  EXPECT_THAT(told_layers(amina), IsEmpty());  // all layers, as publishers begin

  settings(pb::LOW, false);
  advance(seconds(1));
  EXPECT_THAT(told_layers(amina), IsEmpty());
  advance(seconds(5));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", 0)));
  settings(pb::HIGH, false);
  advance(milliseconds(50));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", 2)));
  settings(pb::HIGH, true);
  advance(seconds(1));
  advance(seconds(5));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", -1)));

  FakeClient chloe{"chloe"};
  enter(chloe);
  advance(milliseconds(50));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", 2)));
  rooms.find("room")->remove(at, person(chloe).id, pb::CLIENT_INITIATED, nullptr);
  advance(seconds(1));
  advance(seconds(5));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", -1)));
}

TEST_F(RoomTest, WhatWasSwitchedOffIsSaidAgainToAClientThatComesBack) {
  enter(amina);
  publish(amina, pb::VIDEO, "cid");
  advance(seconds(1));
  EXPECT_THAT(told_layers(amina), IsEmpty());
  advance(seconds(10));
  EXPECT_THAT(told_layers(amina), ElementsAre(testing::Pair("vp8", -1)));
  FakeClient again{"amina"};
  rooms.find("room")->resume(at, person(amina), again);
  EXPECT_THAT(told_layers(again), ElementsAre(testing::Pair("vp8", -1)));
}

TEST_F(RoomTest, WhoCannotDecodeTheFirstCodecGetsTheSecond) {
  enter(amina);
  enter(bruno);
  pb::SignalRequest request;
  pb::AddTrackRequest& add = *request.mutable_add_track();
  add.set_cid("cid");
  add.set_type(pb::VIDEO);
  add.set_source(pb::CAMERA);
  add.add_simulcast_codecs()->set_codec("vp9");
  add.mutable_simulcast_codecs(0)->set_cid("cid");
  add.add_simulcast_codecs()->set_codec("vp8");
  say(amina, request);
  const std::string sid =
      amina.of(pb::SignalResponse::kTrackPublished).back().track_published().track().sid();
  sdp::Section& first = amina.add(sdp::MediaKind::Video, sdp::Direction::SendOnly);
  first.msids = {{.stream = "s", .track = "cid"}};
  first.codecs[0].name = "VP9";
  first.codecs[0].payload_type = 98;
  offer(amina);
  EXPECT_EQ(person(amina).info.tracks(0).mime_type(), "video/VP9");
  const sfu::TrackId primary = media.all<sfu::SetReceivers>().back().receivers[0].track;

  offer(bruno);  // only VP8
  ASSERT_EQ(media.all<sfu::Subscribe>().size(), 1U);
  const sfu::TrackId backup = media.all<sfu::Subscribe>()[0].track;
  EXPECT_NE(backup, primary);
  advance(milliseconds(50));
  EXPECT_EQ(told_layers(amina).at("vp8"), 2);
  EXPECT_EQ(told_layers(amina).at("vp9"), 2);  // not less before five seconds

  pb::SignalRequest second;
  second.mutable_add_track()->set_cid("cid2");
  second.mutable_add_track()->set_type(pb::VIDEO);
  second.mutable_add_track()->set_source(pb::CAMERA);
  second.mutable_add_track()->set_sid(sid);
  second.mutable_add_track()->add_simulcast_codecs()->set_codec("vp8");
  second.mutable_add_track()->mutable_simulcast_codecs(0)->set_cid("cid2");
  say(amina, second);
  const auto published = amina.of(pb::SignalResponse::kTrackPublished).back().track_published();
  EXPECT_EQ(published.cid(), "cid2");
  EXPECT_EQ(published.track().sid(), sid);
  sdp::Section& section = amina.add(sdp::MediaKind::Video, sdp::Direction::SendOnly);
  section.msids = {{.stream = "s", .track = "cid2"}};
  offer(amina);
  const auto receivers = media.all<sfu::SetReceivers>().back().receivers;
  ASSERT_EQ(receivers.size(), 2U);
  EXPECT_EQ(receivers[1].track, backup);
  EXPECT_EQ(person(amina).info.tracks_size(), 1);

  FakeClient chloe{"chloe"};
  for (sdp::Section& each : chloe.description.sections) {
    if (each.kind != sdp::MediaKind::Video) continue;
    sdp::Codec vp9 = each.codecs[0];
    vp9.name = "VP9";
    vp9.payload_type = 98;
    each.codecs.push_back(vp9);
  }
  enter(chloe);
  // S-62: of five or fewer, who decodes both gets the one that all decode.
  EXPECT_EQ(media.all<sfu::Subscribe>().back().track, backup);

  // Its section ends, the track stays.
  amina.description.sections.back().direction = sdp::Direction::Inactive;
  offer(amina);
  EXPECT_EQ(person(amina).info.tracks_size(), 1);
  EXPECT_EQ(media.all<sfu::RemoveTrack>().back().track, backup);
  ASSERT_EQ(media.all<sfu::SetSource>().size(), 1U);
  EXPECT_EQ(media.all<sfu::SetSource>()[0].track, primary);
}

// threat-model section 4
TEST_F(RoomTest, EightTracksArePublishedAndTheNinthIsRefused) {
  enter(amina);
  for (std::size_t i = 0; i < Room::kMaxPublished; ++i)
    publish(amina, pb::AUDIO, "cid " + std::to_string(i));
  EXPECT_TRUE(amina.of(pb::SignalResponse::kRequestResponse).empty());
  pb::SignalRequest request;
  request.mutable_add_track()->set_cid("one more");
  request.mutable_add_track()->set_type(pb::AUDIO);
  say(amina, request);
  EXPECT_EQ(amina.of(pb::SignalResponse::kTrackPublished).size(), Room::kMaxPublished);
  EXPECT_EQ(amina.of(pb::SignalResponse::kRequestResponse).back().request_response().reason(),
            pb::RequestResponse::LIMIT_EXCEEDED);
}

TEST_F(RoomTest, TwentyTracksAreAskedForAndTheNextIsRefused) {
  enter(amina);
  const auto ask = [&](std::size_t i) {
    pb::SignalRequest request;
    request.mutable_add_track()->set_cid("cid " + std::to_string(i));
    request.mutable_add_track()->set_type(pb::AUDIO);
    say(amina, request);
  };
  for (std::size_t i = 0; i < Room::kMaxPending; ++i) ask(i);
  EXPECT_TRUE(amina.of(pb::SignalResponse::kRequestResponse).empty());
  ask(Room::kMaxPending);
  EXPECT_EQ(amina.of(pb::SignalResponse::kTrackPublished).size(), Room::kMaxPending);
  EXPECT_EQ(amina.of(pb::SignalResponse::kRequestResponse).back().request_response().reason(),
            pb::RequestResponse::LIMIT_EXCEEDED);
}

TEST_F(RoomTest, ARenegotiationThatCannotBeReadIsRefusedAndTheCallGoesOn) {
  enter(amina);
  const std::size_t commands = media.commands.size();
  for (const std::string& sdp : {std::string("nonsense"), std::string(256 * 1024 + 1, 'a')}) {
    pb::SignalRequest request;
    request.mutable_offer()->set_type("offer");
    request.mutable_offer()->set_sdp(sdp);
    say(amina, request);
  }
  EXPECT_FALSE(amina.closed);
  EXPECT_EQ(media.commands.size(), commands);
  EXPECT_FALSE(publish(amina, pb::AUDIO, "cid").empty());
}

TEST_F(RoomTest, ABackupOfAnUnknownTrackIsRefused) {
  enter(amina);
  pb::SignalRequest request;
  request.mutable_add_track()->set_cid("cid");
  request.mutable_add_track()->set_type(pb::VIDEO);
  request.mutable_add_track()->set_source(pb::CAMERA);
  request.mutable_add_track()->set_sid("TR_unknown");
  say(amina, request);
  EXPECT_EQ(amina.of(pb::SignalResponse::kRequestResponse).back().request_response().reason(),
            pb::RequestResponse::NOT_FOUND);
}

// covers R14
TEST_F(RoomTest, TheEndOfALoginTakesOutWhoCameByItAlone) {
  enter(amina);
  enter(bruno);
  rooms.remove_login(at, "login of nobody");
  EXPECT_FALSE(amina.closed || bruno.closed);
  rooms.remove_login(at, "login of amina");
  EXPECT_TRUE(amina.closed);
  const auto leave = amina.messages.back().leave();
  EXPECT_EQ(leave.action(), pb::LeaveRequest::DISCONNECT);
  EXPECT_FALSE(bruno.closed);
  EXPECT_EQ(observer.events.back(), "left amina");
  EXPECT_EQ(rooms.participants(), 1U);
}

TEST_F(RoomTest, AutoSubscribeOffWaitsForTheWish) {
  enter(amina);
  const std::string sid = publish(amina, pb::AUDIO, "cid");
  join(bruno, false);
  EXPECT_THAT(person(bruno).subscriptions, IsEmpty());
  pb::SignalRequest request;
  request.mutable_subscription()->add_track_sids(sid);
  request.mutable_subscription()->set_subscribe(true);
  say(bruno, request);
  EXPECT_EQ(person(bruno).subscriptions.size(), 1U);
}

TEST_F(RoomTest, SettingsBecomeTheSmallestLayerThatCovers) {
  enter(amina);
  enter(bruno);
  pb::SignalRequest add;
  add.mutable_add_track()->set_cid("cid");
  add.mutable_add_track()->set_type(pb::VIDEO);
  for (const int width : {320, 640, 1280}) {
    pb::VideoLayer& layer = *add.mutable_add_track()->add_layers();
    layer.set_width(static_cast<std::uint32_t>(width));
    layer.set_height(static_cast<std::uint32_t>(width * 9 / 16));
    layer.set_quality(width == 320 ? pb::LOW : width == 640 ? pb::MEDIUM : pb::HIGH);
  }
  say(amina, add);
  sdp::Section& section = amina.add(sdp::MediaKind::Video, sdp::Direction::SendOnly);
  section.msids = {{.stream = "s", .track = "cid"}};
  offer(amina);
  offer(bruno);
  pb::SignalRequest request;
  request.mutable_track_setting()->add_track_sids(person(amina).info.tracks(0).sid());
  request.mutable_track_setting()->set_width(600);
  request.mutable_track_setting()->set_height(338);
  say(bruno, request);
  ASSERT_FALSE(media.all<sfu::SetSubscription>().empty());
  EXPECT_EQ(media.all<sfu::SetSubscription>().back().limit.spatial, 1);
  EXPECT_FALSE(media.all<sfu::SetSubscription>().back().paused);
  request.mutable_track_setting()->set_disabled(true);
  say(bruno, request);
  EXPECT_TRUE(media.all<sfu::SetSubscription>().back().paused);
}

// covers R13
TEST_F(RoomTest, SecondTabReplacesTheFirstAndNobodyLeaves) {
  enter(amina);
  enter(bruno);
  FakeClient second{"amina"};
  enter(second);
  EXPECT_TRUE(amina.closed);
  const auto leaves = amina.of(pb::SignalResponse::kLeave);
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_EQ(leaves[0].leave().reason(), pb::DUPLICATE_IDENTITY);
  EXPECT_EQ(leaves[0].leave().action(), pb::LeaveRequest::DISCONNECT);
  EXPECT_THAT(observer.events, ElementsAre("active amina", "active bruno"));
  EXPECT_EQ(rooms.find("room")->participants().size(), 2U);
}

TEST_F(RoomTest, LeaveIsSeenAtOnce) {
  enter(amina);
  enter(bruno);
  pb::SignalRequest request;
  request.mutable_leave()->set_reason(pb::CLIENT_INITIATED);
  say(amina, request);
  const auto info = bruno.of(pb::SignalResponse::kUpdate).back().update().participants(0);
  EXPECT_EQ(info.state(), pb::ParticipantInfo::DISCONNECTED);
  EXPECT_EQ(info.disconnect_reason(), pb::CLIENT_INITIATED);
  EXPECT_EQ(observer.events.back(), "left amina");
}

// covers F16
TEST_F(RoomTest, LostSocketIsWaitedForAndResumed) {
  enter(amina);
  enter(bruno);
  const std::string sid = person(amina).info.sid();
  rooms.on_sink_closed(at, amina.seat, amina);
  advance(seconds(15));
  FakeClient again{"amina"};
  JoinOptions options;
  options.single_transport = true;
  options.request.set_reconnect(true);
  options.request.set_participant_sid(sid);
  const auto seat = rooms.join(at, claims(again), options, again);
  ASSERT_TRUE(seat);
  EXPECT_TRUE(again.messages.at(0).has_reconnect());
  EXPECT_EQ(again.messages.at(1).update().participants_size(), 2);
  EXPECT_TRUE(again.messages.at(2).has_room_update());
  EXPECT_EQ(person(amina).info.sid(), sid);
  advance(seconds(30));
  EXPECT_NE(rooms.find("room")->find("amina"), nullptr);
}

TEST_F(RoomTest, AllAreCountedAtTheDoorAndWhoIsInsideMayComeBackThroughACrowd) {  // covers F14
  FakeClient silent{"silent"};
  JoinOptions later = silent.options();
  later.request.clear_publisher_offer();
  rooms.join(at, claims(silent), later, silent);
  EXPECT_EQ(media.joins, 1) << "though nothing was asked of the media plane yet";
  enter(amina);
  EXPECT_EQ(media.joins, 2);
  EXPECT_TRUE(rooms.may_enter("room", "bruno", false));
  media.overloaded = true;
  EXPECT_FALSE(rooms.may_enter("room", "bruno", false));
  EXPECT_FALSE(rooms.may_enter("room", "bruno", true)) << "says so, but is not there";
  EXPECT_FALSE(rooms.may_enter("room", "amina", false)) << "from the beginning";
  EXPECT_TRUE(rooms.may_enter("room", "amina", true));
  FakeClient again{"amina"};
  JoinOptions back = again.options();
  back.request.set_reconnect(true);
  ASSERT_TRUE(rooms.join(at, claims(again), back, again));
  EXPECT_EQ(media.joins, 2) << "no handshake follows";
}

// covers F16
TEST_F(RoomTest, LostSocketEndsAfterItsGrace) {
  enter(amina);
  enter(bruno);
  rooms.on_sink_closed(at, amina.seat, amina);
  advance(seconds(19));
  EXPECT_NE(rooms.find("room")->find("amina"), nullptr);
  advance(seconds(2));
  EXPECT_EQ(rooms.find("room")->find("amina"), nullptr);
}

TEST_F(RoomTest, ResumeOfAStrangerStartsOver) {
  enter(amina);
  FakeClient again{"amina"};
  JoinOptions options;
  options.request.set_reconnect(true);
  options.request.set_participant_sid("PA_other");
  EXPECT_FALSE(rooms.join(at, claims(again), options, again));
  ASSERT_EQ(again.messages.size(), 1U);
  EXPECT_EQ(again.messages[0].leave().action(), pb::LeaveRequest::RECONNECT);
  EXPECT_TRUE(again.closed);
}

TEST_F(RoomTest, BothPingsAreAnswered) {
  enter(amina);
  pb::SignalRequest old_ping;
  old_ping.set_ping(5);
  say(amina, old_ping);
  EXPECT_EQ(amina.messages.back().pong(), at.wall.value);
  pb::SignalRequest ping;
  ping.mutable_ping_req()->set_timestamp(77);
  say(amina, ping);
  EXPECT_EQ(amina.messages.back().pong_resp().last_ping_timestamp(), 77);
}

TEST_F(RoomTest, DataGoesToEverybodyElseUnderItsTrueSender) {
  enter(amina);
  enter(bruno);
  pb::DataPacket packet;
  packet.set_sequence(1);
  packet.set_participant_identity("someone else");
  packet.mutable_user()->set_payload("hello");
  // A kind of packet that this server does not know travels too (C-12).
  packet.GetReflection()->MutableUnknownFields(&packet)->AddLengthDelimited(77, "later");
  const std::string bytes = packet.SerializeAsString();
  const sfu::DataReceived received{amina.seat.room, person(amina).publisher, "_reliable",
                                   ByteVector(bytes.begin(), bytes.end()), true};
  rooms.on_event(at, received);
  rooms.on_event(at, received);  // resent after a resume
  const auto sent = media.all<sfu::SendData>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].transport, person(bruno).publisher);
  pb::DataPacket relayed;
  ASSERT_TRUE(relayed.ParseFromArray(sent[0].bytes.data(), static_cast<int>(sent[0].bytes.size())));
  EXPECT_EQ(relayed.participant_identity(), "amina");
  EXPECT_EQ(relayed.user().participant_sid(), person(amina).info.sid());
  EXPECT_EQ(relayed.sequence(), 1U);
  EXPECT_EQ(relayed.GetReflection()->GetUnknownFields(relayed).field_count(), 1);
}

TEST_F(RoomTest, TranscriptionsComeFromAgentsAndMetricsGoToWhoMayReadThem) {  // C-10
  enter(amina);
  enter(bruno);
  const auto say_packet = [&](const pb::DataPacket& packet) {
    const std::string bytes = packet.SerializeAsString();
    media.commands.clear();
    rooms.on_event(at, sfu::DataReceived{amina.seat.room, person(amina).publisher, "_reliable",
                                         ByteVector(bytes.begin(), bytes.end()), true});
    return media.all<sfu::SendData>().size();
  };
  pb::DataPacket words;
  words.mutable_transcription()->set_transcribed_participant_identity("bruno");
  EXPECT_EQ(say_packet(words), 0U);
  person(amina).info.set_kind(pb::ParticipantInfo::AGENT);
  EXPECT_EQ(say_packet(words), 1U);

  pb::DataPacket figures;
  figures.mutable_metrics();
  EXPECT_EQ(say_packet(figures), 0U);
  person(bruno).info.mutable_permission()->set_can_subscribe_metrics(true);
  EXPECT_EQ(say_packet(figures), 1U);

  pb::DataPacket speakers;  // the server alone says who speaks
  speakers.mutable_speaker();
  EXPECT_EQ(say_packet(speakers), 0U);
}

TEST_F(RoomTest, DataSaidWhileOneConnectsWaitsForTheChannel) {
  enter(amina);
  join(bruno);
  const auto say_data = [&](const std::string& text, const char* label) {
    pb::DataPacket packet;
    packet.mutable_user()->set_payload(text);
    const std::string bytes = packet.SerializeAsString();
    rooms.on_event(at, sfu::DataReceived{amina.seat.room, person(amina).publisher, label,
                                         ByteVector(bytes.begin(), bytes.end()), true});
  };
  say_data("one", "_reliable");
  say_data("two", "_lossy");
  say_data("three", "_reliable");
  EXPECT_TRUE(media.all<sfu::SendData>().empty());
  const auto opens = [&](const char* label) {
    rooms.on_event(at, sfu::ChannelOpened{bruno.seat.room, person(bruno).publisher, label});
  };
  opens("_reliable");
  auto sent = media.all<sfu::SendData>();
  ASSERT_EQ(sent.size(), 2U);
  const auto text = [](const sfu::SendData& data) {
    pb::DataPacket packet;
    EXPECT_TRUE(packet.ParseFromArray(data.bytes.data(), static_cast<int>(data.bytes.size())));
    return packet.user().payload();
  };
  EXPECT_EQ(text(sent[0]), "one");
  EXPECT_EQ(text(sent[1]), "three");
  opens("_lossy");
  sent = media.all<sfu::SendData>();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(text(sent[2]), "two");
}

TEST_F(RoomTest, WhatWaitsForOneWhoConnectsIsBounded) {
  enter(amina);
  join(bruno);
  pb::DataPacket packet;
  packet.mutable_user()->set_payload("again");
  const std::string bytes = packet.SerializeAsString();
  for (int i = 0; i < 65; ++i) {
    rooms.on_event(at, sfu::DataReceived{amina.seat.room, person(amina).publisher, "_reliable",
                                         ByteVector(bytes.begin(), bytes.end()), true});
  }
  rooms.on_event(at, sfu::ChannelOpened{bruno.seat.room, person(bruno).publisher, "_reliable"});
  EXPECT_EQ(media.all<sfu::SendData>().size(), 64U);
}

TEST_F(RoomTest, DestinationsAreKept) {
  FakeClient carla{"carla"};
  enter(amina);
  enter(bruno);
  enter(carla);
  pb::DataPacket packet;
  packet.add_destination_identities("carla");
  packet.mutable_user()->set_payload("psst");
  const std::string bytes = packet.SerializeAsString();
  rooms.on_event(at, sfu::DataReceived{amina.seat.room, person(amina).publisher, "_lossy",
                                       ByteVector(bytes.begin(), bytes.end()), true});
  const auto sent = media.all<sfu::SendData>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].transport, person(carla).publisher);
}

TEST_F(RoomTest, PublishingWithoutPermissionIsNotAllowed) {
  identity::RoomClaims silent = claims(amina);
  silent.video.can_publish = false;
  amina.seat = *rooms.join(at, silent, amina.options(), amina);
  pb::SignalRequest request;
  request.mutable_add_track()->set_cid("cid");
  say(amina, request);
  ASSERT_TRUE(amina.messages.back().has_request_response());
  EXPECT_EQ(amina.messages.back().request_response().reason(), pb::RequestResponse::NOT_ALLOWED);
  EXPECT_EQ(amina.messages.back().request_response().add_track().cid(), "cid");
}

TEST_F(RoomTest, MetadataNeedsPermissionAndMerges) {
  enter(bruno);
  identity::RoomClaims allowed = claims(amina);
  allowed.video.can_update_own_metadata = true;
  allowed.attributes = {{"a", "1"}, {"b", "2"}};
  amina.seat = *rooms.join(at, allowed, amina.options(), amina);
  pb::SignalRequest request;
  request.mutable_update_metadata()->set_request_id(9);
  request.mutable_update_metadata()->set_metadata("m");
  (*request.mutable_update_metadata()->mutable_attributes())["a"] = "";
  (*request.mutable_update_metadata()->mutable_attributes())["c"] = "3";
  say(amina, request);
  EXPECT_EQ(amina.messages.back().request_response().reason(), pb::RequestResponse::OK);
  EXPECT_EQ(amina.messages.back().request_response().request_id(), 9U);
  EXPECT_EQ(person(amina).info.metadata(), "m");
  EXPECT_EQ(person(amina).info.attributes_size(), 2);
  say(bruno, request);
  EXPECT_EQ(bruno.messages.back().request_response().reason(), pb::RequestResponse::NOT_ALLOWED);
}

TEST_F(RoomTest, ClosedRoomTellsEverybody) {
  enter(amina);
  enter(bruno);
  rooms.close(at, "room", leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_DELETED));
  for (const FakeClient* client : {&amina, &bruno}) {
    EXPECT_EQ(client->of(pb::SignalResponse::kLeave).back().leave().reason(), pb::ROOM_DELETED);
    EXPECT_TRUE(client->closed);
  }
  EXPECT_EQ(rooms.find("room"), nullptr);
  EXPECT_EQ(media.all<sfu::CloseRoom>().size(), 1U);
}

TEST_F(RoomTest, EmptyRoomGoesTwentySecondsAfterTheLastLeft) {
  enter(amina);
  pb::SignalRequest request;
  request.mutable_leave()->set_reason(pb::CLIENT_INITIATED);
  say(amina, request);
  advance(seconds(19));
  EXPECT_NE(rooms.find("room"), nullptr);
  advance(seconds(1));
  EXPECT_EQ(rooms.find("room"), nullptr);
}

TEST_F(RoomTest, WhoNeverConnectsIsRemovedAfterAMinute) {
  join(amina);
  advance(seconds(61));
  EXPECT_EQ(amina.of(pb::SignalResponse::kLeave).back().leave().reason(), pb::JOIN_FAILURE);
}

TEST_F(RoomTest, RefreshTokenComesEveryFiveMinutesAndVerifies) {
  enter(amina);
  advance(minutes(5));
  const auto refreshed = amina.of(pb::SignalResponse::kRefreshToken);
  ASSERT_EQ(refreshed.size(), 2U);
  const auto verified = tokens.verify(refreshed[1].refresh_token(), at.wall);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->identity, "amina");
  EXPECT_GE(verified->expires_at - at.wall, minutes(9));
}

TEST_F(RoomTest, ATokenSaysHowTheRoomIsThatItsJoinMakes) {
  const auto join_with = [this](FakeClient& client, const std::string& config) {
    identity::RoomClaims with = claims(client);
    with.room_config = config;
    client.seat = *rooms.join(at, with, client.options(), client);
  };
  join_with(amina, R"({"maxParticipants":2,"emptyTimeout":7,"departureTimeout":9,"metadata":"m"})");
  const pb::Room room = amina.messages.front().join().room();
  EXPECT_EQ(room.max_participants(), 2U);
  EXPECT_EQ(room.empty_timeout(), 7U);
  EXPECT_EQ(room.departure_timeout(), 9U);
  EXPECT_EQ(room.metadata(), "m");
  join_with(bruno, R"({"maxParticipants":1,"metadata":"another"})");
  EXPECT_EQ(bruno.messages.front().join().room().metadata(), "m") << "it was there already";
}

TEST_F(RoomTest, OwnQualityIsNeverLost) {
  enter(amina);
  enter(bruno);
  publish(amina, pb::AUDIO, "cid");
  rooms.on_event(at, sfu::QualityReport{amina.seat.room, amina.seat.participant,
                                        sfu::ConnectionQuality::Lost, 1.0F});
  EXPECT_EQ(amina.messages.back().connection_quality().updates(0).quality(), pb::POOR);
  EXPECT_EQ(bruno.messages.back().connection_quality().updates(0).quality(), pb::LOST);
}

TEST_F(RoomTest, ANewcomerIsToldTheQualityOfThoseItFollows) {
  enter(amina);
  publish(amina, pb::AUDIO, "cid");
  rooms.on_event(at, sfu::QualityReport{amina.seat.room, amina.seat.participant,
                                        sfu::ConnectionQuality::Good, 3.5F});
  enter(bruno);
  const auto told = bruno.of(pb::SignalResponse::kConnectionQuality);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].connection_quality().updates(0).quality(), pb::GOOD);
}

TEST_F(RoomTest, AStarvedPictureIsSaidToBePausedUntilItComesBack) {
  enter(amina);
  enter(bruno);
  publish(amina, pb::VIDEO, "cid");
  const Subscription& subscription = person(bruno).subscriptions.begin()->second;
  for (const bool starved : {true, false}) {
    rooms.on_event(at, sfu::SubscriptionStarved{amina.seat.room, bruno.seat.participant,
                                                subscription.id, starved});
    const auto told = bruno.of(pb::SignalResponse::kStreamStateUpdate);
    ASSERT_FALSE(told.empty());
    const pb::StreamStateInfo& state = told.back().stream_state_update().stream_states(0);
    EXPECT_EQ(state.participant_sid(), person(amina).info.sid());
    EXPECT_EQ(state.track_sid(), person(amina).tracks.front()->info.sid());
    EXPECT_EQ(state.state(), starved ? pb::PAUSED : pb::ACTIVE);
  }
  EXPECT_THAT(amina.of(pb::SignalResponse::kStreamStateUpdate), IsEmpty());
}

TEST_F(RoomTest, HiddenParticipantsAreNotShown) {
  enter(bruno);
  identity::RoomClaims hidden = claims(amina);
  hidden.video.hidden = true;
  amina.seat = *rooms.join(at, hidden, amina.options(), amina);
  connect(amina);
  rooms.tick(at);
  for (const auto& message : bruno.of(pb::SignalResponse::kUpdate)) {
    for (const auto& info : message.update().participants()) EXPECT_NE(info.identity(), "amina");
  }
  EXPECT_EQ(rooms.find("room")->info().num_participants(), 1U);
}

TEST_F(RoomTest, InARoomThatAsksForItSoundAndPictureAreOneStreamAndPicturesAreHeld) {
  identity::RoomClaims first = claims(amina);
  first.room_config = R"({"minPlayoutDelay":100,"maxPlayoutDelay":1000,"syncStreams":true})";
  amina.seat = *rooms.join(at, first, amina.options(), amina);
  connect(amina);
  const std::string voice = publish(amina, pb::AUDIO, "voice");
  const std::string picture = publish(amina, pb::VIDEO, "picture");
  const auto streams_for = [this](FakeClient& client, const char* browser) {
    JoinOptions options = client.options();
    options.request.mutable_client_info()->set_browser(browser);
    client.seat = *rooms.join(at, claims(client), options, client);
    std::vector<std::string> streams;
    const auto answer =
        sdp::parse(client.of(pb::SignalResponse::kAnswer).at(0).answer().sdp()).value();
    for (const sdp::Section& section : answer.sections) {
      for (const sdp::Msid& msid : section.msids) streams.push_back(msid.stream);
    }
    return streams;
  };
  const std::string who = person(amina).info.sid();
  EXPECT_THAT(streams_for(bruno, "Chrome"), ElementsAre(who + "|camera", who + "|camera"));
  // Only what shows has a delay of its own, and the browser offered no such extension here.
  for (const auto& command : media.all<sfu::Subscribe>()) {
    EXPECT_EQ(command.sender.playout.min_ms, 100);
  }
  FakeClient chloe{"chloe"};
  EXPECT_THAT(streams_for(chloe, "Firefox"), ElementsAre(who + "|" + voice, who + "|" + picture));
}

TEST_F(RoomTest, DualModeOffersTheSubscriberWithData) {
  enter(bruno);
  publish(bruno, pb::VIDEO, "cid");
  JoinOptions options;
  options.single_transport = false;
  options.request.mutable_connection_settings()->set_auto_subscribe(true);
  amina.seat = *rooms.join(at, claims(amina), options, amina);
  EXPECT_TRUE(amina.messages.front().join().subscriber_primary());
  const auto offers = amina.of(pb::SignalResponse::kOffer);
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].offer().mid_to_track_id().size(), 1U);
  const auto description = sdp::parse(offers[0].offer().sdp());
  EXPECT_EQ(description->sections[0].kind, sdp::MediaKind::Application);
}

}  // namespace
}  // namespace vv::signaling
