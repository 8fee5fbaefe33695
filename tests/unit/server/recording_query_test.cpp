#include "server/recording_query.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

HttpRequest asking(std::map<std::string, std::string> query) {
  HttpRequest request;
  request.query = std::move(query);
  return request;
}
RecordingQuery query_of(std::map<std::string, std::string> query) {
  auto parsed = parse_recording_query(asking(std::move(query)));
  EXPECT_TRUE(parsed) << parsed.error().message;
  return std::move(*parsed);
}

std::string id_of(int second, char last = 'A') {
  return "20261121T0730" + std::string(second < 10 ? "0" : "") + std::to_string(second) + "000Z-AAAAAAAAAAA" +
         last;
}
Json manifest(std::string id, const char* room, const char* state = "ready", const char* name = nullptr) {
  Json result = Json::object({{"id", id},
                              {"room", room},
                              {"state", state},
                              {"startedAt", "2026-11-21T07:30:" + id.substr(13, 2) + ".000Z"},
                              {"directory", "/secret"},
                              {"participants", Json::array({Json::object({{"name", "Zo\u00eb"}})})}});
  if (name) result.set("name", name);
  return result;
}
Json page_of(const RecordingQuery& query, const std::vector<Json>& manifests) {
  std::vector<recording::Catalog::Manifest> shared;
  for (const Json& one : manifests) shared.push_back(std::make_shared<const Json>(one));
  return recording_page(query, shared);
}
std::vector<std::string> ids(const Json& page) {
  std::vector<std::string> found;
  for (const Json& item : page["recordings"].items()) found.push_back(item["id"].as_string());
  return found;
}

TEST(RecordingQueryTest, WordsAreSoughtInNamesRoomsAndPeople) {
  const Json recording = manifest(id_of(1), "blue", "ready", "Stand-up \u00c9t\u00e9");
  for (const char* words :
       {"", " ", "blue", "STAND", "zo\u00cb", "\u00e9t\u00e9", "e\u0301te\u0301", "zo\u00eb blue"})
    EXPECT_TRUE(matches(query_of({{"q", words}}), recording)) << words;
  for (const char* words : {"red", "zo\u00eb red", "secret"})
    EXPECT_FALSE(matches(query_of({{"q", words}}), recording)) << words;
}

TEST(RecordingQueryTest, StatesTimesAndRooms) {
  const Json recording = manifest(id_of(5), "blue", "paused");
  EXPECT_TRUE(matches(query_of({{"state", "active"}}), recording));
  EXPECT_TRUE(matches(query_of({{"state", "ready,paused"}}), recording));
  EXPECT_FALSE(matches(query_of({{"state", "ready,failed"}}), recording));
  EXPECT_TRUE(matches(query_of({{"room", "blue"}}), recording));
  EXPECT_FALSE(matches(query_of({{"room", "red"}}), recording));
  EXPECT_TRUE(matches(query_of({{"from", "2026-11-21T07:30:05Z"}, {"to", "2026-11-22"}}), recording));
  EXPECT_FALSE(matches(query_of({{"from", "2026-11-21T07:30:05.001Z"}}), recording));
  EXPECT_FALSE(matches(query_of({{"to", "2026-11-21T07:30:05Z"}}), recording))
      << "`to` is the first moment outside";
}

TEST(RecordingQueryTest, PagesFollowOneAnotherThoughSomeAreDeleted) {
  std::vector<Json> all;
  for (int i = 9; i >= 0; --i) all.push_back(manifest(id_of(i), "blue"));
  const Json first = page_of(query_of({{"limit", "4"}}), all);
  EXPECT_EQ(ids(first), (std::vector{id_of(9), id_of(8), id_of(7), id_of(6)}));
  EXPECT_EQ(first["total"].as_int(), 10);
  EXPECT_EQ(first["next"].as_string(), id_of(6));
  all.erase(all.begin() + 3);  // the one that `after` names
  const Json second = page_of(query_of({{"limit", "4"}, {"after", id_of(6)}}), all);
  EXPECT_EQ(ids(second), (std::vector{id_of(5), id_of(4), id_of(3), id_of(2)}));
  const Json third = page_of(query_of({{"limit", "4"}, {"after", id_of(2)}}), all);
  EXPECT_EQ(ids(third), (std::vector{id_of(1), id_of(0)}));
  EXPECT_TRUE(third["next"].is_null());
}

TEST(RecordingQueryTest, TwoOfOneMomentAreBothOnSomePage) {
  const std::vector<Json> all = {manifest(id_of(1, 'A'), "blue"), manifest(id_of(1, 'C'), "green"),
                                 manifest(id_of(1, 'B'), "red")};
  const Json first = page_of(query_of({{"limit", "1"}}), all);
  const Json rest = page_of(query_of({{"after", first["next"].as_string()}}), all);
  EXPECT_EQ(ids(first), std::vector{id_of(1, 'C')});
  EXPECT_EQ(ids(rest), (std::vector{id_of(1, 'B'), id_of(1, 'A')}));
}

TEST(RecordingQueryTest, WhereItLiesOnTheDiskIsNobodysBusiness) {
  const Json page = page_of({}, {manifest(id_of(1), "blue")});
  EXPECT_EQ(page.dump().find("secret"), std::string::npos);
}

TEST(RecordingQueryTest, WhatCannotBeMeantIsRefused) {
  const std::vector<std::map<std::string, std::string>> bad = {{{"room", ""}},
                                                               {{"room", ".."}},
                                                               {{"room", "a/b"}},
                                                               {{"state", "exploded"}},
                                                               {{"from", "yesterday"}},
                                                               {{"to", "2026-13-01"}},
                                                               {{"limit", "0"}},
                                                               {{"limit", "501"}},
                                                               {{"limit", "-1"}},
                                                               {{"limit", "1e2"}},
                                                               {{"after", "../../x"}},
                                                               {{"after", ""}},
                                                               {{"q", std::string(10'000, 'a')}}};
  for (const auto& query : bad)
    EXPECT_FALSE(parse_recording_query(asking(query)))
        << query.begin()->first << "=" << query.begin()->second.substr(0, 40);
}

}  // namespace
}  // namespace tessera::server
