#include "server/culprits.hpp"

#include <gtest/gtest.h>

#include "server/moderation.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

const Culprits::Clock::time_point start{10h};

Person person(const std::string& subject, const std::string& address, bool shared = false) {
  Person who;
  who.subject = subject;
  who.shared_subject = shared;
  who.address = address;
  who.name = "Ann";
  return who;
}

TEST(Culprits, TheSecondDeathWithinAnHourCounts) {
  Culprits culprits;
  EXPECT_FALSE(culprits.add(person("ann", "10.0.0.1"), start));
  EXPECT_FALSE(culprits.add(person("bob", "10.0.0.1"), start + 1min)) << "another subject behind the address";
  EXPECT_TRUE(culprits.add(person("ann", "10.9.9.9"), start + 59min)) << "from elsewhere";
}

TEST(Culprits, AnHourLaterItIsForgotten) {
  Culprits culprits;
  EXPECT_FALSE(culprits.add(person("ann", "10.0.0.1"), start));
  EXPECT_FALSE(culprits.add(person("ann", "10.0.0.1"), start + 60min));
}

TEST(Culprits, WithoutAPersonalSubjectTheAddressDecides) {
  Culprits culprits;
  EXPECT_FALSE(culprits.add(person("", "10.0.0.1"), start));
  EXPECT_FALSE(culprits.add(person("", "10.0.0.2"), start));
  EXPECT_FALSE(culprits.add(person("", ""), start)) << "an unknown address is nobody's";
  EXPECT_FALSE(culprits.add(person("", ""), start));
  EXPECT_TRUE(culprits.add(person("class", "10.0.0.2", true), start + 1min));
}

TEST(Moderation, KeepsOutWhoseBytesRoomsDiedOfTwice) {
  Moderation moderation;
  const Person ann = person("ann", "10.0.0.1");
  moderation.joined("hall", "p1", ann, Role::speaker, Role::speaker);
  moderation.died_of("hall", "p1", start);
  EXPECT_TRUE(moderation.admit("hall", ann, start)) << "once may be bad luck";
  moderation.joined("attic", "p1", ann, Role::speaker, Role::speaker);
  moderation.died_of("attic", "p9", start + 1min);
  EXPECT_TRUE(moderation.admit("hall", ann, start + 1min)) << "nobody is known to sit there";
  moderation.died_of("attic", "p1", start + 2min);
  for (const char* room : {"hall", "attic", "another"}) {
    const auto refused = moderation.admit(room, ann, start + 3min);
    ASSERT_FALSE(refused) << room;
    EXPECT_EQ(refused.error().code, "kept-out");
  }
  EXPECT_TRUE(moderation.admit("hall", person("bob", "10.0.0.1"), start + 3min));
  EXPECT_TRUE(moderation.admit("hall", ann, start + 2min + Moderation::out_for)) << "for a while";
}

}  // namespace
}  // namespace tessera::server
