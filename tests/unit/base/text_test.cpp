#include "base/text.hpp"

#include <glib.h>
#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Shortened, WhatFitsStaysAsItIs) {
  EXPECT_EQ(shortened("", 10), "");
  EXPECT_EQ(shortened("0123456789", 10), "0123456789");
  EXPECT_EQ(shortened("0123456789a", 10), "0123456...");
}

TEST(Shortened, NeverEndsWithinACharacter) {
  for (const std::string character : {"x", "ä", "漢", "😀"})
    for (std::size_t shift = 0; shift < 4; ++shift)
      for (std::size_t most = 3; most < 24; ++most) {
        std::string text(shift, 'x');
        for (int i = 0; i < 20; ++i) text += character;
        const std::string cut = shortened(text, most);
        EXPECT_LE(cut.size(), most);
        EXPECT_TRUE(g_utf8_validate(cut.data(), static_cast<gssize>(cut.size()), nullptr)) << cut;
        if (text.size() <= most) continue;
        EXPECT_GT(cut.size() + character.size(), most) << "no more is lost than must be";
        EXPECT_TRUE(text.starts_with(cut.substr(0, cut.size() - 3)));
      }
}

TEST(Characters, AreCodePointsNotBytes) {
  EXPECT_EQ(characters_in(""), 0u);
  EXPECT_EQ(characters_in("abc"), 3u);
  EXPECT_EQ(characters_in("жäx"), 3u);
  EXPECT_EQ(characters_in("漢字"), 2u);
  EXPECT_EQ(characters_in("😀😀"), 2u);
}

}  // namespace
}  // namespace tessera
