#include "server/metrics.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

Json metric(const char* name, double value, const char* codec) {
  return Json::object({{"name", name},
                       {"help", "h"},
                       {"type", "gauge"},
                       {"labels", Json::object({{"codec", codec}})},
                       {"value", value}});
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricsTest, RoomsAreMergedIntoOneFamilyWithALabelEach) {
  Metrics metrics;
  const std::string text =
      metrics.text({}, {{"hall", Json::array({metric("tessera_room_encoders", 1, "h264")})},
                        {"attic", Json::array({metric("tessera_room_encoders", 2, "vp8")})}});
  EXPECT_TRUE(has_line(text, "tessera_room_encoders{room=\"hall\",codec=\"h264\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "tessera_room_encoders{room=\"attic\",codec=\"vp8\"} 2")) << text;
  EXPECT_EQ(text.find("# TYPE tessera_room_encoders gauge"),
            text.rfind("# TYPE tessera_room_encoders gauge"));
}

TEST(MetricsTest, RequestsAreCountedByMethodAndCode) {
  Metrics metrics;
  metrics.count_request("GET", 200);
  metrics.count_request("GET", 200);
  metrics.count_request("BREW", 405);
  const std::string text = metrics.text({}, {});
  EXPECT_NE(text.find("tessera_http_requests_total{code=\"200\",method=\"GET\"} 2"), std::string::npos)
      << text;
  EXPECT_NE(text.find("method=\"other\""), std::string::npos);
  EXPECT_EQ(text.find("BREW"), std::string::npos) << "clients do not name our labels";
}

TEST(MetricsTest, WhatARoomMakesUpIsLeftOut) {
  Metrics metrics;
  Json bad = Json::object({{"name", "evil{x=\"1\"} 7\ninjected"}, {"type", "gauge"}, {"value", 1}});
  Json text_value = Json::object({{"name", "fine"}, {"type", "gauge"}, {"value", "much"}});
  const std::string text = metrics.text({}, {{"hall", Json::array({bad, text_value, Json(), Json(7)})}});
  EXPECT_EQ(text.find("injected"), std::string::npos);
  EXPECT_EQ(text.find("fine"), std::string::npos);
}

}  // namespace
}  // namespace tessera::server
