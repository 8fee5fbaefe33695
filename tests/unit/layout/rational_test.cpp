#include "layout/rational.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::layout {
namespace {

TEST(Rational, IsReducedAndExact) {
  EXPECT_EQ(*Rational::parse("2/10"), Rational(1, 5));
  EXPECT_EQ(*Rational::parse("0.2"), Rational(1, 5));
  EXPECT_EQ(*Rational::from_json(Json(0.2)), Rational(1, 5));
  EXPECT_EQ(*Rational::from_json(Json("1")), *Rational::from_json(Json(1)));
  EXPECT_EQ(*Rational::from_json(Json(1.0)), Rational(1, 1));
  EXPECT_EQ(Rational(1, 3) + Rational(1, 3) + Rational(1, 3), Rational(1, 1));
  EXPECT_EQ(Rational(3, -6), Rational(-1, 2));
  EXPECT_EQ(Rational(0, 7), Rational());
  EXPECT_EQ(Rational(4, 6).text(), "2/3");
  EXPECT_EQ(Rational(1, 1).text(), "1");
}

TEST(Rational, RefusesWhatIsNoFraction) {
  for (const auto* text :
       {"",      "/",  "1/", "/2",  "1/0",     "-1",        "-1/2",      "+1",  "1e-3", "0,5", ".5",  "1.",
        "1/2/3", " 1", "1 ", "0x1", "1234567", "1/1234567", "0.1234567", "5.5", "a",    "½",   "NaN", "inf"})
    EXPECT_FALSE(Rational::parse(text)) << text;
  EXPECT_FALSE(Rational::from_json(Json(true)));
  EXPECT_FALSE(Rational::from_json(Json()));
  EXPECT_FALSE(Rational::from_json(Json(-0.5)));
  EXPECT_FALSE(Rational::from_json(Json(1.5)));
  EXPECT_FALSE(Rational::from_json(Json(-1)));
}

TEST(Rational, RoundsALongDecimalToAMillionth) {
  EXPECT_EQ(*Rational::from_json(Json(1.0 / 3)), Rational(333333, 1000000));
  EXPECT_EQ(*Rational::from_json(Json(1e-9)), Rational());
  EXPECT_EQ(*Rational::from_json(Json(0.99999999)), Rational(1, 1));
}

TEST(Rational, GivesEvenPixelsRoundedDown) {
  EXPECT_EQ(Rational(1, 3).even_pixels(1280), 426);
  EXPECT_EQ(Rational(4, 5).even_pixels(1280), 1024);
  EXPECT_EQ(Rational(1, 1).even_pixels(720), 720);
  EXPECT_EQ(Rational(1, 1000).even_pixels(720), 0);
}

TEST(Rational, OrdersAndAddsLikeRealNumbers) {
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int64_t> upper(0, 999'999), lower(1, 1'000'000);
  for (int i = 0; i < 20000; ++i) {
    const Rational a(upper(random), lower(random)), b(upper(random), lower(random)),
        c(upper(random), lower(random));
    const auto real = [](const Rational& r) {
      return static_cast<long double>(r.numerator()) / static_cast<long double>(r.denominator());
    };
    EXPECT_NEAR(static_cast<double>(real(a + b)), static_cast<double>(real(a) + real(b)), 1e-9);
    if (std::abs(static_cast<double>(real(a) - real(b))) > 1e-12) {
      EXPECT_EQ(a < b, real(a) < real(b));
    }
    EXPECT_EQ(a + b > Rational(1, 1), real(a) + real(b) > 1.0L);
    EXPECT_LE(c, c + a);
  }
}

}  // namespace
}  // namespace tessera::layout
