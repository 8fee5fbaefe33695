#include "config/room_settings.hpp"

#include <gtest/gtest.h>

namespace tessera::config {
namespace {

TEST(RoomSettings, WhatIsNotSaidIsTheServersOwn) {
  RoomConfig own;
  own.width = 800;
  own.layout = "stage";
  const auto same = room_with(own, Json::object({{"layouts", Json::object()}}));
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, own);
  const auto other = room_with(own, Json::object({{"width", 64}, {"framerate", 60}, {"layout", "grid"}}));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->width, 64);
  EXPECT_EQ(other->height, own.height);
  EXPECT_EQ(other->framerate, 60);
  EXPECT_EQ(other->layout, "grid");
}

TEST(RoomSettings, WhatIsOutOfBoundsIsRefusedByName) {
  for (const char* key : {"width", "height"})
    for (const Json& value :
         {Json(62), Json(4098), Json(65), Json(-640), Json("640"), Json(64.5), Json(true)}) {
      const auto refused = room_with({}, Json::object({{key, value}}));
      ASSERT_FALSE(refused) << key << " " << value.dump();
      EXPECT_EQ(refused.error().code, "bad-request");
      EXPECT_EQ(refused.error().message, std::string(key) + " is an even number from 64 to 4096");
    }
  for (const Json& value : {Json(0), Json(61), Json("30")})
    EXPECT_FALSE(room_with({}, Json::object({{"framerate", value}}))) << value.dump();
  for (const Json& value : {Json(""), Json(7)})
    EXPECT_FALSE(room_with({}, Json::object({{"layout", value}}))) << value.dump();
}

}  // namespace
}  // namespace tessera::config
