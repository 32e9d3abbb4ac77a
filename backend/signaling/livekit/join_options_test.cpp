#include "signaling/livekit/join_options.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/encoding.hpp"

namespace vv::signaling {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string wrap(const std::string& inner, pb::WrappedJoinRequest::Compression compression) {
  pb::WrappedJoinRequest wrapped;
  wrapped.set_compression(compression);
  wrapped.set_join_request(inner);
  return base64url_encode(as_bytes(wrapped.SerializeAsString()));
}

std::string inner() {
  pb::JoinRequest request;
  request.mutable_publisher_offer()->set_sdp("v=0");
  request.mutable_client_info()->set_sdk(pb::ClientInfo::NODE);
  return request.SerializeAsString();
}

TEST(JoinRequest, PlainAndGzipAreRead) {
  for (const std::string& text : {wrap(inner(), pb::WrappedJoinRequest::NONE),
                                  wrap(gzip(inner()), pb::WrappedJoinRequest::GZIP)}) {
    const auto request = decode_join_request(text);
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->publisher_offer().sdp(), "v=0");
    EXPECT_FALSE(request->connection_settings().auto_subscribe());  // H-31
  }
}

TEST(JoinRequest, PaddingMayBeThere) {
  std::string text = wrap(inner(), pb::WrappedJoinRequest::NONE);
  while (text.size() % 4 != 0) text += '=';
  EXPECT_TRUE(decode_join_request(text));
}

TEST(JoinRequest, BombsAndNonsenseAreRefused) {
  EXPECT_FALSE(decode_join_request(
      wrap(gzip(std::string(kMaxJoinRequestBytes + 1, 'x')), pb::WrappedJoinRequest::GZIP)));
  EXPECT_FALSE(decode_join_request("!!!"));
  EXPECT_FALSE(decode_join_request(wrap("not gzip", pb::WrappedJoinRequest::GZIP)));
  const std::string cut = gzip(inner());
  EXPECT_FALSE(
      decode_join_request(wrap(cut.substr(0, cut.size() / 2), pb::WrappedJoinRequest::GZIP)));
}

TEST(QueryJoin, AbsentAutoSubscribeIsTrueAndOnlyOneAndTrueAreTrue) {
  EXPECT_TRUE(
      join_request_of_query(QueryView::parse("sdk=go"))->connection_settings().auto_subscribe());
  EXPECT_FALSE(join_request_of_query(QueryView::parse("auto_subscribe=0"))
                   ->connection_settings()
                   .auto_subscribe());
  EXPECT_FALSE(join_request_of_query(QueryView::parse("auto_subscribe=yes"))
                   ->connection_settings()
                   .auto_subscribe());
  EXPECT_TRUE(join_request_of_query(QueryView::parse("adaptive_stream=true"))
                  ->connection_settings()
                  .adaptive_stream());
}

TEST(QueryJoin, ClientInfoIsRead) {
  const auto request = join_request_of_query(
      QueryView::parse("sdk=node&os=Debian&protocol=17&client_protocol=2&version=1.1.0&"
                       "capabilities=CAP_PACKET_TRAILER,CAP_X&reconnect=1&sid=PA_1&"
                       "reconnect_reason=2&subscriber_allow_pause=0"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->client_info().sdk(), pb::ClientInfo::NODE);
  EXPECT_EQ(request->client_info().protocol(), 17);
  EXPECT_EQ(request->client_info().capabilities_size(), 1);
  EXPECT_TRUE(request->reconnect());
  EXPECT_EQ(request->participant_sid(), "PA_1");
  EXPECT_EQ(request->reconnect_reason(), pb::RR_PUBLISHER_FAILED);
  EXPECT_FALSE(request->connection_settings().subscriber_allow_pause());
}

TEST(ClientInfo, BrowserComesFromTheUserAgent) {
  pb::ClientInfo info;
  info.set_sdk(pb::ClientInfo::JS);
  complete_client_info(info,
                       "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                       "Chrome/144.0.0.0 Safari/537.36");
  EXPECT_EQ(info.browser(), "Chrome");
  EXPECT_EQ(info.browser_version(), "144.0.0.0");
  EXPECT_EQ(info.os(), "Linux");
}

TEST(ClientInfo, ABrowserIsToldWhatToLeaveAlone) {
  const auto told = [](const char* browser, const char* version, const char* os) {
    pb::ClientInfo info;
    info.set_browser(browser);
    info.set_browser_version(version);
    info.set_os(os);
    std::string out;
    const auto configuration = configuration_for(info);
    if (!configuration) return out;
    for (const auto& codec : configuration->disabled_codecs().codecs()) out += codec.mime() + " ";
    for (const auto& codec : configuration->disabled_codecs().publish())
      out += "publish " + codec.mime() + " ";
    return out;
  };
  EXPECT_EQ(told("Chrome", "140.0", "Linux"), "");
  EXPECT_EQ(told("Safari", "17.4", "Mac OS"), "video/AV1 ");
  EXPECT_EQ(told("Safari", "18.5", "iOS"), "video/AV1 publish video/VP9 ");
  EXPECT_EQ(told("Firefox", "141.0", "Linux"), "publish video/H264 ");
  EXPECT_EQ(told("Firefox", "141.0", "Windows"), "");
  EXPECT_EQ(told("", "", ""), "");
}

}  // namespace
}  // namespace vv::signaling
