#include "server/rtc_options.hpp"

#include <gtest/gtest.h>

namespace vv::server {
namespace {

TEST(RtcOptions, ThePortOfHttpTakesMediaUnlessAProxyStandsBeforeIt) {
  Config config;
  EXPECT_TRUE(takes_rtc_over_http(config));
  config.trusted_proxies = {"10.0.0.1"};
  EXPECT_FALSE(takes_rtc_over_http(config));
  config.trusted_proxies.clear();
  config.rtc_on_http_port = false;
  EXPECT_FALSE(takes_rtc_over_http(config));
}

TEST(RtcOptions, WhatClientsAreToldIsThePortThatPeopleType) {
  const auto port = [](std::string url) {
    Config config;
    config.public_url = std::move(url);
    return public_port(config);
  };
  EXPECT_EQ(port(""), 0);
  EXPECT_EQ(port("https://meet.example.org"), 443);
  EXPECT_EQ(port("http://meet.example.org/"), 80);
  EXPECT_EQ(port("https://meet.example.org:8443"), 8443);
  EXPECT_EQ(port("https://[2001:db8::1]:8443"), 8443);
}

TEST(RtcOptions, ThereIsOneMediaThreadUnlessMoreAreAskedFor) {
  Config config;
  EXPECT_EQ(rtc_options(config).count, 1U);
  config.rtc_shards = 3;
  EXPECT_EQ(rtc_options(config).count, 3U);
  config.rtc_shards = 0;
  EXPECT_EQ(rtc_options(config).count, 1U);
}

TEST(RtcOptions, WithoutATcpPortNoneIsBound) {
  Config config;
  EXPECT_TRUE(rtc_options(config).listens_on_tcp);
  config.rtc_tcp = 0;
  EXPECT_FALSE(rtc_options(config).listens_on_tcp);
}

}  // namespace
}  // namespace vv::server
