#include "server/conditional.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

const HttpTime modified = *parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
const Validators here{"\"v2\"", modified};

HttpRequest with(std::map<std::string, std::string> headers) {
  HttpRequest request;
  request.method = "GET";
  request.headers = std::move(headers);
  return request;
}

TEST(HttpDateTest, AllThreeFormsAreRead) {
  EXPECT_EQ(http_date(modified), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const char* text : {"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(parse_http_date(text), modified) << text;
  for (const char* text : {"", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT", "\"v2\""})
    EXPECT_FALSE(parse_http_date(text)) << text;
  EXPECT_FALSE(parse_http_date(std::string(10'000, '1')));
}

TEST(HttpDateTest, AYearHasFourDigitsAsItIsRead) {
  for (const char* text :
       {"Wed, 06 Nov 0997 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
    const auto date = parse_http_date(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(http_date(*date).substr(5), std::string(text).substr(5));
    EXPECT_EQ(parse_http_date(http_date(*date)), date) << http_date(*date);
  }
  EXPECT_EQ(http_date(HttpTime(std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1))), "");
}

TEST(ConditionalTest, PreconditionsAreTakenInTheirOrder) {
  constexpr auto before = "Sun, 06 Nov 1994 08:49:36 GMT", at = "Sun, 06 Nov 1994 08:49:37 GMT";
  const struct {
    std::map<std::string, std::string> headers;
    Condition expected;
  } cases[] = {
      {{}, Condition::send},
      {{{"if-match", "\"v2\""}}, Condition::send},
      {{{"if-match", "*"}}, Condition::send},
      {{{"if-match", "\"v1\", \"v2\""}}, Condition::send},
      {{{"if-match", "\"v1\""}}, Condition::failed},
      {{{"if-match", "W/\"v2\""}}, Condition::failed},  // strong comparison
      {{{"if-match", "\"v2\""}, {"if-unmodified-since", before}}, Condition::send},
      {{{"if-unmodified-since", at}}, Condition::send},
      {{{"if-unmodified-since", before}}, Condition::failed},
      {{{"if-unmodified-since", "nonsense"}}, Condition::send},
      {{{"if-none-match", "\"v2\""}}, Condition::not_modified},
      {{{"if-none-match", "W/\"v2\""}}, Condition::not_modified},  // weak comparison
      {{{"if-none-match", "*"}}, Condition::not_modified},
      {{{"if-none-match", "\"v1\""}}, Condition::send},
      {{{"if-none-match", "\"v1\""}, {"if-modified-since", at}}, Condition::send},
      {{{"if-modified-since", at}}, Condition::not_modified},
      {{{"if-modified-since", before}}, Condition::send},
      {{{"if-modified-since", "nonsense"}}, Condition::send},
      {{{"if-match", "\"v1\""}, {"if-none-match", "\"v2\""}}, Condition::failed},
  };
  for (const auto& one : cases) {
    std::string shown;
    for (const auto& [name, value] : one.headers) shown += name + ": " + value + "; ";
    EXPECT_EQ(evaluate_conditions(with(one.headers), here), one.expected) << shown;
  }
}

TEST(ConditionalTest, ARangeNeedsTheVersionThatItWasMeantFor) {
  const HttpTime later = modified + std::chrono::hours(1);
  EXPECT_TRUE(range_applies(with({}), here, later));
  EXPECT_TRUE(range_applies(with({{"if-range", "\"v2\""}}), here, later));
  EXPECT_TRUE(range_applies(with({{"if-range", http_date(modified)}}), here, later));
  EXPECT_FALSE(range_applies(with({{"if-range", "\"v1\""}}), here, later));
  EXPECT_FALSE(range_applies(with({{"if-range", "W/\"v2\""}}), here, later));
  EXPECT_FALSE(range_applies(with({{"if-range", http_date(later)}}), here, later));
  EXPECT_FALSE(range_applies(with({{"if-range", http_date(modified)}}), here, modified)) << "a weak date";
  HttpRequest head = with({});
  head.head = true;
  EXPECT_FALSE(range_applies(head, here, later)) << "only GET knows ranges";
}

}  // namespace
}  // namespace tessera::server
