#include "signaling/livekit/join_options.hpp"

#include <zlib.h>
#include <boost/json.hpp>

#include <array>
#include <charconv>

#include "base/encoding.hpp"

namespace vv::signaling {
namespace {

namespace json = boost::json;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

int number_of(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Inflates gzip (RFC 1952), refusing more than `limit` bytes.
Result<std::string> gunzip(std::string_view compressed, std::size_t limit) {
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return internal("zlib is not there");
  const Bytes bytes = as_bytes(compressed);
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib reads it only
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 16'384> chunk{};
  int state = Z_OK;
  while (state == Z_OK && out.size() <= limit) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(chunk.data(), chunk.size() - stream.avail_out);
    if (state == Z_BUF_ERROR) break;
  }
  inflateEnd(&stream);
  if (out.size() > limit) return invalid("join request exceeds limits");
  if (state != Z_STREAM_END) return invalid("cannot decompress join request");
  return out;
}

constexpr std::array<std::pair<std::string_view, pb::ClientInfo::SDK>, 16> kSdks{{
    {"js", pb::ClientInfo::JS},
    {"ios", pb::ClientInfo::SWIFT},
    {"swift", pb::ClientInfo::SWIFT},
    {"android", pb::ClientInfo::ANDROID},
    {"flutter", pb::ClientInfo::FLUTTER},
    {"go", pb::ClientInfo::GO},
    {"unity", pb::ClientInfo::UNITY},
    {"unityweb", pb::ClientInfo::UNITY_WEB},
    {"reactnative", pb::ClientInfo::REACT_NATIVE},
    {"rust", pb::ClientInfo::RUST},
    {"python", pb::ClientInfo::PYTHON},
    {"cpp", pb::ClientInfo::CPP},
    {"node", pb::ClientInfo::NODE},
    {"unreal", pb::ClientInfo::UNREAL},
    {"esp32", pb::ClientInfo::ESP32},
    {"", pb::ClientInfo::UNKNOWN},
}};

void read_client_info(const QueryView& query, pb::ClientInfo& info) {
  const auto text = [&query](std::string_view name) {
    return std::string(query.get(name).value_or(""));
  };
  const std::string sdk = text("sdk");
  for (const auto& [name, value] : kSdks) {
    if (name == sdk) info.set_sdk(value);
  }
  info.set_version(text("version"));
  info.set_protocol(number_of(text("protocol")));
  info.set_os(text("os"));
  info.set_os_version(text("os_version"));
  info.set_device_model(text("device_model"));
  info.set_browser(text("browser"));
  info.set_browser_version(text("browser_version"));
  info.set_network(text("network"));
  info.set_client_protocol(number_of(text("client_protocol")));
  std::string_view rest = query.get("capabilities").value_or("");
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    pb::ClientInfo::Capability capability{};
    if (pb::ClientInfo::Capability_Parse(std::string(rest.substr(0, comma)), &capability)) {
      info.add_capabilities(capability);
    }
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

Status read_attributes(std::string_view encoded, pb::JoinRequest& request) {
  const std::optional<ByteVector> bytes = base64_decode(encoded);
  if (!bytes) return invalid("cannot decode attributes");
  boost::system::error_code error;
  const json::value value = json::parse(as_text(*bytes), error);
  if (error || !value.is_object()) return invalid("cannot decode attributes");
  for (const auto& [name, entry] : value.get_object()) {
    if (!entry.is_string()) return invalid("cannot decode attributes");
    (*request.mutable_participant_attributes())[std::string(name)] =
        std::string(entry.get_string());
  }
  return {};
}

}  // namespace

QueryView QueryView::parse(std::string_view query) {
  QueryView view;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      const std::string_view value =
          equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
      view.parameters.emplace_back(percent_decode(pair.substr(0, equals)), percent_decode(value));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return view;
}

std::optional<std::string_view> QueryView::get(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool QueryView::flag(std::string_view name, bool when_absent) const {
  const std::optional<std::string_view> value = get(name);
  if (!value || value->empty()) return when_absent;
  return *value == "1" || *value == "true";
}

Result<pb::JoinRequest> decode_join_request(std::string_view text) {
  const std::optional<ByteVector> bytes = base64_decode(text);
  if (!bytes) return invalid("cannot base64 decode wrapped join request");
  pb::WrappedJoinRequest wrapped;
  if (bytes->size() > kMaxJoinRequestBytes ||
      !wrapped.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    return invalid("cannot unmarshal wrapped join request");
  }
  std::string inner = std::move(*wrapped.mutable_join_request());
  switch (wrapped.compression()) {
    case pb::WrappedJoinRequest::NONE:
      break;
    case pb::WrappedJoinRequest::GZIP: {
      VV_ASSIGN_OR_RETURN(inner, gunzip(inner, kMaxJoinRequestBytes));
      break;
    }
    default:
      return invalid("unknown compression of join request");
  }
  pb::JoinRequest request;
  if (!request.ParseFromString(inner)) return invalid("cannot unmarshal join request");
  return request;
}

Result<pb::JoinRequest> join_request_of_query(const QueryView& query) {
  pb::JoinRequest request;
  read_client_info(query, *request.mutable_client_info());
  pb::ConnectionSettings& settings = *request.mutable_connection_settings();
  settings.set_auto_subscribe(query.flag("auto_subscribe", true));
  settings.set_adaptive_stream(query.flag("adaptive_stream", false));
  settings.set_disable_ice_lite(query.flag("disable_ice_lite", false));
  settings.set_auto_subscribe_data_track(query.flag("auto_subscribe_data_track", false));
  if (query.get("subscriber_allow_pause"))
    settings.set_subscriber_allow_pause(query.flag("subscriber_allow_pause", true));
  request.set_reconnect(query.flag("reconnect", false));
  request.set_participant_sid(std::string(query.get("sid").value_or("")));
  const std::string_view reason = query.get("reconnect_reason").value_or("");
  int number = 0;
  std::from_chars(reason.data(), reason.data() + reason.size(), number);
  if (pb::ReconnectReason_IsValid(number))
    request.set_reconnect_reason(static_cast<pb::ReconnectReason>(number));
  if (const auto attributes = query.get("attributes"); attributes && !attributes->empty()) {
    VV_TRY(read_attributes(*attributes, request));
  }
  return request;
}

void complete_client_info(pb::ClientInfo& info, std::string_view user_agent) {
  const bool asks_user_agent =
      info.sdk() == pb::ClientInfo::UNKNOWN || info.sdk() == pb::ClientInfo::JS ||
      info.sdk() == pb::ClientInfo::REACT_NATIVE || info.sdk() == pb::ClientInfo::FLUTTER ||
      info.sdk() == pb::ClientInfo::UNITY_WEB;
  if (!asks_user_agent) return;
  const auto version_after = [user_agent](std::string_view mark) {
    const std::size_t at = user_agent.find(mark);
    if (at == std::string_view::npos) return std::string();
    const std::string_view rest = user_agent.substr(at + mark.size());
    return std::string(rest.substr(0, rest.find_first_not_of("0123456789._")));
  };
  // The order matters: everyone claims to be Safari, and everything but Firefox to be Chrome.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kBrowsers{
      {{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"}}};
  if (info.browser().empty()) {
    for (const auto& [mark, name] : kBrowsers) {
      std::string version = version_after(mark);
      if (version.empty()) continue;
      info.set_browser(std::string(name));
      info.set_browser_version(std::move(version));
      break;
    }
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSystems{
      {{"Android", "Android"},
       {"iPhone", "iOS"},
       {"Windows", "Windows"},
       {"Mac OS X", "Mac OS"},
       {"Linux", "Linux"}}};
  if (info.os().empty()) {
    for (const auto& [mark, name] : kSystems) {
      if (user_agent.find(mark) == std::string_view::npos) continue;
      info.set_os(std::string(name));
      break;
    }
  }
}

std::optional<pb::ClientConfiguration> configuration_for(const pb::ClientInfo& info) {
  pb::ClientConfiguration configuration;
  pb::DisabledCodecs& disabled = *configuration.mutable_disabled_codecs();
  if (info.browser() == "Safari") {
    disabled.add_codecs()->set_mime("video/AV1");
    // Interop: its VP9 encoder in 18.4 and later.
    double version = 0;
    const std::string& text = info.browser_version();
    std::from_chars(text.data(), text.data() + text.size(), version);
    if (version > 18.3) disabled.add_publish()->set_mime("video/VP9");
  } else if (info.browser() == "Firefox" && (info.os() == "Linux" || info.os() == "Android")) {
    disabled.add_publish()->set_mime("video/H264");
  }
  if (disabled.codecs().empty() && disabled.publish().empty()) return std::nullopt;
  return configuration;
}

}  // namespace vv::signaling
