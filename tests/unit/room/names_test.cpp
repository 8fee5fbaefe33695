#include "room/names.hpp"

#include <gtest/gtest.h>

using tessera::room::clean_name;

TEST(CleanName, KeepsWhatPeopleAreCalled) {
  EXPECT_EQ(clean_name("Ada Lovelace", "Guest"), "Ada Lovelace");
  EXPECT_EQ(clean_name("李小龙", "Guest"), "李小龙");
  EXPECT_EQ(clean_name("דוד", "Guest"), "דוד");
}

TEST(CleanName, FoldsSpaceAndDropsControlCharacters) {
  EXPECT_EQ(clean_name("  a \t\n b\x01\x7f  ", "Guest"), "a b");
}

TEST(CleanName, EmptyGivesTheFallback) {
  EXPECT_EQ(clean_name("", "Guest 3"), "Guest 3");
  EXPECT_EQ(clean_name(" \n\t", "Guest 3"), "Guest 3");
}

TEST(CleanName, DropsBidirectionalOverrides) {
  EXPECT_EQ(clean_name("a\xE2\x80\xAE"
                       "b",
                       "Guest"),
            "ab");
}

TEST(CleanName, MakesBrokenUtf8Valid) {
  const std::string cleaned = clean_name("a\xff\xfe", "Guest");
  EXPECT_EQ(cleaned, "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(CleanName, CutsAt64CharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "é";
  EXPECT_EQ(clean_name(name, "Guest").size(), 128u);
}
