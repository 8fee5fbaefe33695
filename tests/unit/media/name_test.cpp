#include "media/name.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tessera::media {
namespace {

TEST(Name, Initials_AreOfTheFirstAndTheLastWord) {
  EXPECT_EQ(initials("Ada Lovelace"), "AL");
  EXPECT_EQ(initials("grace"), "G");
  EXPECT_EQ(initials("Ana de la Cruz"), "AC");
  EXPECT_EQ(initials("  (Élodie)  ñu "), "ÉÑ");
}

TEST(Name, Initials_KeepWholeCharacters) {
  EXPECT_EQ(initials("王小明"), "王");
  EXPECT_EQ(initials("محمد علي"), "مع");
  EXPECT_EQ(initials("👩‍💻 dev"), "👩‍💻D");
  EXPECT_EQ(initials("🇩🇪🇫🇷"), "🇩🇪");
  EXPECT_EQ(initials("e\u0301lan"), "E\u0301");  // a combining accent stays on its letter
}

TEST(Name, Initials_OfNothing) {
  EXPECT_EQ(initials(""), "?");
  EXPECT_EQ(initials("   "), "?");
  EXPECT_EQ(initials("..."), "?");
}

TEST(Name, Clean_RepairsAndFlattens) {
  EXPECT_EQ(clean_name(" two\n\tlines\r\n "), "two lines");
  EXPECT_EQ(clean_name("a\xff\xfe"), "a\uFFFD\uFFFD");
  EXPECT_EQ(clean_name("evil\u202Egpj"), "evil gpj");
  EXPECT_EQ(clean_name(std::string(500, 'x'), 10), "xxxxxxxxxx");
  EXPECT_EQ(clean_name(std::string("nul\0in", 6)).substr(0, 3), "nul");
}

TEST(Name, Color_IsTheSameForTheSameName_AndSpreads) {
  EXPECT_EQ(name_color("ada"), name_color("ada"));
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 40; ++i) seen.insert(name_color("user " + std::to_string(i)));
  EXPECT_GT(seen.size(), 25u);
}

TEST(Name, Color_IsDarkEnoughForWhiteText) {
  for (int i = 0; i < 400; ++i) {
    const std::uint32_t c = name_color("n" + std::to_string(i));
    const double luma = 0.299 * (c >> 16 & 0xff) + 0.587 * (c >> 8 & 0xff) + 0.114 * (c & 0xff);
    EXPECT_LT(luma, 160) << std::hex << c;
  }
}

}  // namespace
}  // namespace tessera::media
