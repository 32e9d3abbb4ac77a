#include "net/http/outgoing.hpp"

#include <gtest/gtest.h>

namespace vv::net {
namespace {

TEST(Outgoing, AUrlIsReadIntoItsParts) {
  struct Case {
    const char* url;
    bool secure;
    const char* host;
    const char* port;
    const char* target;
  };
  for (const Case& c : {Case{"https://a.example", true, "a.example", "443", "/"},
                        Case{"http://a.example/", false, "a.example", "80", "/"},
                        Case{"http://127.0.0.1:90/hook?a=b", false, "127.0.0.1", "90", "/hook?a=b"},
                        Case{"https://a?x=1", true, "a", "443", "/?x=1"},
                        Case{"https://a/b#c", true, "a", "443", "/b"},
                        Case{"http://[::1]:8/x", false, "[::1]", "8", "/x"},
                        Case{"http://[::1]/x", false, "[::1]", "80", "/x"}}) {
    const Result<PostUrl> url = read_post_url(c.url);
    ASSERT_TRUE(url) << c.url;
    EXPECT_EQ(url->secure, c.secure) << c.url;
    EXPECT_EQ(url->host, c.host) << c.url;
    EXPECT_EQ(url->port, c.port) << c.url;
    EXPECT_EQ(url->target, c.target) << c.url;
  }
}

TEST(Outgoing, WhatIsNoUrlOfAServerIsRefused) {
  for (const char* bad :
       {"", "a.example", "ftp://a", "http://", "http:///x", "http://a:0/", "http://a:x/",
        "http://a:70000/", "http://u@a/", "http://a/\r\nX: y", "http://a b/"}) {
    EXPECT_FALSE(read_post_url(bad)) << bad;
  }
}

TEST(Outgoing, AnAnswerSaysItsStatusAndWhenToComeAgain) {
  const auto answer =
      read_answer_head("HTTP/1.1 429 Slow down\r\nretry-AFTER: 120\r\nX: y\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->retry_after, seconds(120));
  EXPECT_EQ(read_answer_head("HTTP/1.1 503 x\r\nRetry-After: 99999999\r\n\r\n")->retry_after,
            hours(24));
  for (const char* head : {"HTTP/1.1 201 Created\r\n\r\n", "HTTP/1.0 201\r\n",
                           "HTTP/1.1 201 Created\r\nRetry-After: Fri, 31 Dec 1999\r\n\r\n"}) {
    const auto plain = read_answer_head(head);
    ASSERT_TRUE(plain) << head;
    EXPECT_EQ(plain->status, 201);
    EXPECT_FALSE(plain->retry_after) << head;
  }
  EXPECT_FALSE(read_answer_head("SSH-2.0-x\r\n"));
  EXPECT_FALSE(read_answer_head("HTTP/1.1 2\r\n"));
  EXPECT_FALSE(read_answer_head(""));
}

}  // namespace
}  // namespace vv::net
