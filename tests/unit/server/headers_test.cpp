// What goes around a response: types, entity tags, CORS, origins.
#include <gtest/gtest.h>

#include "server/names.hpp"
#include "server/origin_guard.hpp"
#include "server/response_headers.hpp"
#include "server/static_web.hpp"

namespace tessera::server {
namespace {

TEST(HeadersTest, EntityTagsMatchAsRfc9110Says) {
  EXPECT_TRUE(etag_matches("\"a\"", "\"a\"", false));
  EXPECT_TRUE(etag_matches("\"x\", \"a\"", "\"a\"", false));
  EXPECT_TRUE(etag_matches("*", "\"a\"", false));
  EXPECT_TRUE(etag_matches("W/\"a\"", "\"a\"", true));
  EXPECT_FALSE(etag_matches("W/\"a\"", "\"a\"", false)) << "If-Match compares strongly";
  for (const char* list : {"", "\"b\"", "a", "\"aa\"", ","})
    EXPECT_FALSE(etag_matches(list, "\"a\"", true)) << list;
}

TEST(HeadersTest, PagesMayRunOnlyOurScripts) {
  auto page = text_response(200, "text/html; charset=utf-8", "<p>");
  add_security_headers(page);
  EXPECT_NE(page.header("content-security-policy").find("script-src 'self'"), std::string::npos);
  EXPECT_NE(page.header("permissions-policy").find("camera=(self)"), std::string::npos);
  auto data = json_response(200, Json::object());
  add_security_headers(data);
  EXPECT_EQ(data.header("x-content-type-options"), "nosniff");
}

TEST(HeadersTest, APageCannotBeReachedByAWindowOfAnotherOrigin) {
  auto page = text_response(200, "text/html; charset=utf-8", "<p>");
  add_security_headers(page);
  EXPECT_EQ(page.header("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
  EXPECT_NE(page.header("content-security-policy").find("frame-ancestors 'self'"), std::string::npos);
}

TEST(HeadersTest, TransportSecurityIsForNamesThatAreOursAlone) {
  const auto hsts = [](const char* host) {
    HttpResponse response;
    add_transport_security(response, host);
    return response.header("strict-transport-security");
  };
  EXPECT_EQ(hsts("meet.example"), "max-age=31536000");
  EXPECT_EQ(hsts("meet.example:8443"), "max-age=31536000");
  for (const char* host : {"localhost:8443", "127.0.0.1", "[::1]:8443"}) EXPECT_EQ(hsts(host), "") << host;
}

TEST(HeadersTest, CrossOriginAccessFollowsTheRule) {
  const auto allowed = [](const char* origin, const OriginRule& rule) {
    HttpResponse response;
    add_cors_headers(response, origin, rule);
    EXPECT_EQ(response.header("vary"), rule.open() ? "Origin" : "");
    return response.header("access-control-allow-origin");
  };
  const OriginRule keyed(false, {}), open(true, {}), one(true, {"https://a.example"}), all(true, {"*"});
  EXPECT_EQ(allowed("https://a.example", keyed), "*");
  EXPECT_EQ(allowed("", keyed), "*");
  EXPECT_EQ(allowed("https://a.example", open), "");
  EXPECT_EQ(allowed("", open), "");
  EXPECT_EQ(allowed("http://localhost:5173", open), "http://localhost:5173");
  EXPECT_EQ(allowed("https://a.example", one), "https://a.example");
  EXPECT_EQ(allowed("https://b.example", one), "");
  EXPECT_EQ(allowed("https://b.example", all), "https://b.example");
}

TEST(HeadersTest, AnOpenServerKnowsItsOwnNames) {
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080",
                           "10.0.0.1", "a.localhost:1"})
    EXPECT_TRUE(is_local_host_header(host)) << host;
  for (const char* host :
       {"", "example.org", "127.0.0.1.example.org", "localhost.example.org:80", "[::1", "x"})
    EXPECT_FALSE(is_local_host_header(host)) << host;
}

TEST(HeadersTest, AnOpenServerKnowsPagesOfThisMachine) {
  for (const char* origin :
       {"", "http://localhost:8080", "http://127.0.0.1:8080", "https://[::1]:1", "http://app.localhost"})
    EXPECT_TRUE(is_local_origin(origin)) << origin;
  for (const char* origin :
       {"null", "https://example.org", "http://127.0.0.1.example.org", "file://", "http://10.0.0.1"})
    EXPECT_FALSE(is_local_origin(origin)) << origin;
}

TEST(HeadersTest, TypesFollowTheNameOfTheFile) {
  EXPECT_EQ(content_type_of("/js/main.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(content_type_of("/index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(content_type_of("/unknown"), "application/octet-stream");
}

TEST(NamesTest, RoomNamesAreOneWord) {
  for (const std::string& name : {std::string("a"), std::string("Room_1-x"), std::string(64, 'r')})
    EXPECT_TRUE(is_room_name(name)) << name;
  for (const std::string& name :
       {std::string(), std::string(65, 'r'), std::string(".."), std::string("a/b"), std::string("a b"),
        std::string("a\0b", 3), std::string("ä"), std::string("~root"), std::string("a\n")})
    EXPECT_FALSE(is_room_name(name)) << name;
}

TEST(NamesTest, DisplayNamesCanBeShown) {
  for (const char* name : {"", "Ann", "Zoë", "你好", "O'Neil \"Bo\" <x>"})
    EXPECT_TRUE(is_display_name(name)) << name;
  for (const std::string& name :
       {std::string("a\nb"), std::string("\x1b[31m"), std::string(65, 'n'), std::string("\xff")})
    EXPECT_FALSE(is_display_name(name)) << name;
}

}  // namespace
}  // namespace tessera::server
