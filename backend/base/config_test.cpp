#include "base/config.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

#include "base/format.hpp"

namespace vv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string error_of(std::string_view toml) {
  const auto config = parse_config(toml, "visavis.toml");
  return config ? "" : config.error().message;
}

TEST(Config, ReadsTheContractsExample) {
  const auto config = parse_config(R"(
public_url = "https://visavis.example"
allowed_origins = ["https://a.example", "https://b.example"]
[tls]
certificate = "fullchain.pem"
key = "privkey.pem"
[database]
url = "sqlite:other.db"
[video]
engine = "embedded"
auto_create = false
[video.keys]
"APIabc" = "a secret of at least 32 characters……"
"APIdef" = { secret = "another secret of at least 32 characters", app_rooms = true }
[video.livekit]
url = "wss://x"
api_key = "k"
api_secret = "s"
)",
                                   "visavis.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->public_url, "https://visavis.example");
  EXPECT_THAT(config->allowed_origins, ElementsAre("https://a.example", "https://b.example"));
  EXPECT_TRUE(config->has_tls());
  EXPECT_EQ(config->database_path(), "./visavis-data/other.db");
  EXPECT_FALSE(config->auto_create);
  ASSERT_EQ(config->video_keys.size(), 2u);
  EXPECT_FALSE(config->video_keys[0].app_rooms);
  EXPECT_TRUE(config->video_keys[1].app_rooms);
  EXPECT_EQ(config->livekit.api_secret.reveal(), "s");
  EXPECT_TRUE(check_config(*config));
}

TEST(Config, AnUnknownKeyOrABadValueNamesFileLineAndReason) {
  EXPECT_THAT(error_of("\nlisten_on = 'x'"),
              HasSubstr("visavis.toml:2: there is no setting `listen_on`"));
  EXPECT_THAT(error_of("[video]\ncodec = 1"),
              HasSubstr("visavis.toml:2: there is no setting `video.codec`"));
  EXPECT_THAT(error_of("[rtc]\nudp = 70000"), HasSubstr("visavis.toml:2: rtc.udp: `70000`"));
  EXPECT_THAT(error_of("[video]\nauto_create = 'yes'"), HasSubstr("neither true nor false"));
  EXPECT_THAT(error_of("listen = '8080'"), HasSubstr("ADDR:PORT"));
  EXPECT_THAT(error_of("listen = ['127.0.0.1:1']"), HasSubstr("one value"));
  EXPECT_THAT(error_of("allowed_origins = 'https://a'"), HasSubstr("a list"));
  EXPECT_THAT(error_of("[database]\nurl = 'mysql:x'"),
              HasSubstr("neither sqlite:NAME nor postgres:"));
  EXPECT_THAT(error_of("a = = 1"), HasSubstr("visavis.toml:1: "));
  EXPECT_THAT(error_of("[video.keys]\nA = { secret = 'x', rooms = 1 }"),
              HasSubstr("visavis.toml:2"));
}

TEST(Config, ADatabaseServersPasswordIsShownToNobody) {
  for (const char* url : {"postgres://amina:hush@db.example:5432/visavis?sslmode=require",
                          "postgresql://amina@/visavis?host=/run&password=hush&x=1"}) {
    const auto config = parse_config(format("[database]\nurl = '{}'", url), "visavis.toml");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_TRUE(config->has_database_server());
    EXPECT_EQ(config->database_path(), url);
    EXPECT_THAT(config->database_shown(), Not(HasSubstr("hush")));
    EXPECT_THAT(config->database_shown(), HasSubstr("amina"));
    EXPECT_THAT(describe_config(*config), Not(HasSubstr("hush")));
  }
}

TEST(Config, TheLaterSourceWins) {
  const std::string file = testing::TempDir() + "/vv_config_test.toml";
  std::ofstream(file) << "listen = '127.0.0.1:1'\ndata = 'file'\npublic_url = 'http://file'\n";
  const auto config =
      load_config({.file = file,
                   .environment = {"VISAVIS_DATA=env", "VISAVIS_PUBLIC_URL=http://env",
                                   "VISAVIS_ALLOWED_ORIGINS=http://a,http://b", "PATH=/"},
                   .flags = {{"public_url", "http://flag"}}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen, "127.0.0.1:1");
  EXPECT_EQ(config->data, "env");
  EXPECT_EQ(config->public_url, "http://flag");
  EXPECT_THAT(config->allowed_origins, ElementsAre("http://a", "http://b"));
}

TEST(Config, VariablesAndFlagsAreCheckedToo) {
  const auto with = [](std::string variable) {
    return load_config({.file = {}, .environment = {std::move(variable)}, .flags = {}});
  };
  EXPECT_TRUE(with("VISAVIS_BIN=/somewhere"));  // a script's own
  EXPECT_THAT(with("VISAVIS_LISTEN=x").error().message, HasSubstr("VISAVIS_LISTEN: "));
  EXPECT_TRUE(with("VISAVIS_DATABASE_URL=sqlite:/tmp/a.db"));
  const auto flag = load_config({.file = {}, .environment = {}, .flags = {{"rtc.udp", "x"}}});
  EXPECT_THAT(flag.error().message, HasSubstr("--rtc-udp"));
  EXPECT_FALSE(load_config({.file = "/nonexistent.toml", .environment = {}, .flags = {}}));
}

TEST(Config, DevkeyNeedsDevAndSecretsNeedLength) {
  Config config;
  config.video_keys = {{.name = "devkey", .secret = Secret("secret")}};
  EXPECT_FALSE(check_config(config));
  config.dev = true;
  EXPECT_TRUE(check_config(config));
  config.video_keys = {{.name = "API", .secret = Secret(std::string(31, 'x'))}};
  EXPECT_FALSE(check_config(config));
  config.video_keys = {{.name = "API", .secret = Secret(std::string(32, 'x'))}};
  EXPECT_TRUE(check_config(config));
}

TEST(Config, WhatDoesNotGoTogetherNamesItsFileAndLineToo) {
  const std::string file = testing::TempDir() + "/vv_config_together.toml";
  const auto error_with = [&](std::string_view toml) {
    std::ofstream(file) << toml;
    return load_config({.file = file, .environment = {}, .flags = {}}).error().message;
  };
  EXPECT_THAT(error_with("[video.keys]\n'devkey' = 'secret'"), HasSubstr(file + ":2: "));
  EXPECT_THAT(error_with("\n[video.keys]\n'A' = { secret = 'short' }"), HasSubstr(file + ":3: "));
  EXPECT_THAT(error_with("\n[tls]\ncertificate = 'a.pem'"), HasSubstr(file + ":2: "));
}

// covers H26
TEST(Config, DevAndDemoListenOnLoopbackUnlessOneKnows) {
  for (const bool dev : {true, false}) {
    Config config;
    config.dev = dev;
    config.demo = !dev;
    EXPECT_TRUE(check_config(config));
    config.listen = "0.0.0.0:8080";
    EXPECT_FALSE(check_config(config));
    config.i_know = true;
    EXPECT_TRUE(check_config(config));
  }
}

TEST(Config, WebhooksNeedAKeyThatIsThereAndARelayItsSecret) {
  Config config;
  config.webhook.urls = {"https://hooks.example"};
  EXPECT_FALSE(check_config(config));
  config.webhook.api_key = "APIabc";
  EXPECT_FALSE(check_config(config));
  config.video_keys = {{.name = "APIabc", .secret = Secret(std::string(32, 's'))}};
  EXPECT_TRUE(check_config(config));

  EXPECT_EQ(error_of("[webhook]\ninclude_events = ['room_started']\nexclude_events = []"), "");
  EXPECT_NE(error_of("[webhook]\nexclude_events = ['room_began']"), "");

  config.turn.urls = {"stun:s.example:3478"};
  EXPECT_TRUE(check_config(config));
  config.turn.urls.emplace_back("turns:t.example:443?transport=tcp");
  EXPECT_FALSE(check_config(config));
  config.turn.secret = Secret("shared");
  EXPECT_TRUE(check_config(config));
  EXPECT_NE(error_of("[rtc]\nturn_urls = ['http://t.example']"), "");
}

TEST(Config, PushNamesItsServicesByHostAndWhomTheyMayAsk) {
  EXPECT_EQ(error_of("[push]\nenabled = false\ncontact = 'mailto:a@example.org'\n"
                     "services = ['ntfy.example.org']"),
            "");
  EXPECT_NE(error_of("[push]\nenabled = 'perhaps'"), "");
  EXPECT_NE(error_of("[push]\ncontact = 'a@example.org'"), "");
  EXPECT_NE(error_of("[push]\nservices = ['https://ntfy.example.org/']"), "");
  EXPECT_NE(error_of("[push]\nservices = ['localhost']"), "");
}

TEST(Config, AdvertisedAddressesMayCarryPorts) {
  for (const auto* good : {"192.0.2.1", "192.0.2.1:7000", "192.0.2.1:7000:7001", "[::1]:1:2"}) {
    EXPECT_EQ(error_of(std::string("[rtc]\nadvertise = '") + good + "'"), "") << good;
  }
  for (const auto* bad : {"host", "192.0.2.1:x", "192.0.2.1:1:2:3", "[::1", "192.0.2.1:"}) {
    EXPECT_NE(error_of(std::string("[rtc]\nadvertise = '") + bad + "'"), "") << bad;
  }
}

TEST(Config, WhatIsDescribedIsReadBack) {
  Config config;
  config.dev = true;
  config.allowed_origins = {"http://a", "http://b"};
  config.rtc_udp = 9;
  const auto again = parse_config(describe_config(config), "described");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->dev);
  EXPECT_EQ(again->allowed_origins, config.allowed_origins);
  EXPECT_EQ(again->rtc_udp, 9);
  EXPECT_TRUE(again->rtc_on_http_port);
}

}  // namespace
}  // namespace vv
