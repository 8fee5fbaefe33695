// The front over real sockets, its rooms played by this binary.
#include <signal.h>

#include <fstream>

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

const std::string key = "a-key-of-at-least-32-bytes-for-tests";
const Json hall = Json::object({{"room", "hall"}, {"name", "Ann"}});

config::ServerConfig closed_server() {
  config::ServerConfig config;
  config.auth.key = key;
  return config;
}

std::string bearer(const std::string& room, Role role) {
  return "Bearer " + make_token({"t", room, role, "", std::chrono::hours(1)}, key, false).value();
}

TEST_F(FrontTest, NotReadyWhileTheDiskIsLow) {
  config::ServerConfig config;
  config.recording.reserve_mb = 2'000'000'000;  // more than any disk here has
  start(config);
  const Answer answer = call("GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.json()["code"].as_string(), "disk-low");
  EXPECT_EQ(call("GET", "/healthz").status, 200);
}

TEST_F(FrontTest, StrangersLearnOnlyWhetherItIsReady) {
  config::ServerConfig config = closed_server();
  config.recording.reserve_mb = 2'000'000'000;
  start(config);
  for (const Headers& headers : {Headers{}, Headers{{"Authorization", "Bearer nonsense"}},
                                 Headers{{"Authorization", bearer("*", Role::operator_)}},
                                 Headers{{"Authorization", bearer("hall", Role::admin)}}}) {
    const Answer answer = call("GET", "/readyz", "", headers);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.code(), "not-ready");
    EXPECT_EQ(answer.body.find("MB"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(call("GET", "/readyz", "", {{"Authorization", bearer("*", Role::admin)}}).code(), "disk-low");
}

TEST_F(FrontTest, OfAnOpenServerOnlyThisMachineLearnsWhyItIsNotReady) {
  config::ServerConfig config;
  config.recording.reserve_mb = 2'000'000'000;
  start(config);
  EXPECT_EQ(call("GET", "/readyz").code(), "disk-low");
  EXPECT_EQ(call("GET", "/readyz", "", {{"X-Forwarded-For", "198.51.100.1"}}).code(), "not-ready");
}

TEST_F(FrontTest, HealthReadinessAndTheDocumentAreServed) {
  start();
  EXPECT_EQ(call("GET", "/healthz").status, 200);
  EXPECT_EQ(call("GET", "/readyz").status, 200);
  const Answer document = call("GET", "/openapi.json");
  EXPECT_EQ(document.json()["openapi"].as_string(), "3.1.0");
  EXPECT_TRUE(document.json()["paths"].has("/whip/{room}"));
  EXPECT_EQ(call("GET", "/nothing").status, 404);
  EXPECT_EQ(call("GET", "/ws").status, 426);
  const Answer wrong = call("POST", "/healthz");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD, OPTIONS");
}

TEST_F(FrontTest, NoConnectionOutlivesItsRequest) {
  start();
  const auto descriptors = [] {
    const auto all = std::filesystem::directory_iterator("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  call("GET", "/healthz");
  const auto before = descriptors();
  for (const char* path : {"/healthz", "/nothing", "/api/v1/rooms", "/api/v1/layouts", "/metrics"}) {
    EXPECT_EQ(call("GET", path).headers.at("connection"), "close") << path;
    soup_session_abort(session_);
  }
  EXPECT_TRUE(wait([&] { return descriptors() <= before; })) << descriptors() << " of " << before;
}

TEST_F(FrontTest, RoomsAreOpenedLookedAtAndEnded) {
  start();
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall").status, 404);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall").status, 201);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", "{}").status, 200);
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall").json()["id"].as_string(), "hall");
  EXPECT_EQ(call("GET", "/api/v1/rooms").json()["rooms"].items().size(), 1u);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall/layout", R"({"name":"grid"})").status, 200);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall/layout", R"({"name":"nothing"})").status, 404);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall/layout", R"({"name":7})").status, 400);
  EXPECT_EQ(call("DELETE", "/api/v1/rooms/hall").status, 204);
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall").status, 404);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/a%2Fb").code(), "bad-room-name");
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", "[]").status, 400);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", std::string(300'000, ' ')).status, 413);
}

TEST_F(FrontTest, ARoomIsOpenedWithACanvasOfItsOwn) {
  start();
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", R"({"width":640,"height":360,"framerate":15})").status, 201);
  const Json settings = call("GET", "/api/v1/rooms/hall").json()["settings"];
  EXPECT_EQ(settings["width"].as_int(), 640);
  EXPECT_EQ(settings["height"].as_int(), 360);
  EXPECT_EQ(settings["framerate"].as_int(), 15);
  for (const char* settings_of_none :
       {R"({"width":641})", R"({"width":62})", R"({"height":4098})", R"({"framerate":0})",
        R"({"framerate":61})", R"({"width":"640"})", R"({"width":640.5})", R"({"depth":1})"})
    EXPECT_EQ(call("PUT", "/api/v1/rooms/attic", settings_of_none).code(), "bad-request") << settings_of_none;
  EXPECT_EQ(call("PATCH", "/api/v1/rooms/hall", R"({"width":320})").code(), "bad-request")
      << "only at opening";
}

TEST_F(FrontTest, WhatCanBeNobodysIdIsNotAskedOfTheRoom) {
  start();
  ASSERT_EQ(call("PUT", "/api/v1/rooms/hall").status, 201);
  for (const std::string& id : {std::string("a%20b"), std::string("%C3%A4"), std::string(129, 'p')}) {
    const std::string path = "/api/v1/rooms/hall/participants/" + id;
    for (const Answer& answer : {call("PATCH", path, R"({"muted":true})"), call("DELETE", path)}) {
      EXPECT_EQ(answer.status, 404) << id;
      EXPECT_EQ(answer.code(), "unknown-participant") << id;
      EXPECT_NE(answer.json()["detail"].as_string(), "refused by the fake") << id;
    }
  }
}

TEST_F(FrontTest, AWebSocketJoinsTalksAndLeaves) {
  start();
  const auto ann = connect();
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->request("chat", Json::object({{"text", "hi"}}))["code"].as_string(), "not-joined");
  const Json joined = ann->request("join", hall);
  EXPECT_EQ(joined["type"].as_string(), "joined");
  EXPECT_FALSE(joined["participant"].as_string().empty());
  EXPECT_FALSE(joined["resume"].as_string().empty());
  EXPECT_TRUE(joined["iceServers"].is_array());
  EXPECT_EQ(joined["room"]["id"].as_string(), "hall");
  EXPECT_EQ(ann->event("participant-joined")["participant"]["name"].as_string(), "Ann");
  EXPECT_EQ(ann->request("join", hall)["status"].as_int(), 409);
  EXPECT_EQ(
      ann->request("offer", Json::object({{"endpoint", "main"}, {"sdp", "v=0"}}))["sdp"].as_string().substr(
          0, 3),
      "v=0");
  EXPECT_EQ(ann->request("offer", Json::object({{"endpoint", "main"}, {"sdp", "bad"}}))["status"].as_int(),
            400);
  EXPECT_EQ(ann->request("chat", Json::object({{"text", "hi"}}))["type"].as_string(), "reply");
  EXPECT_EQ(ann->event("chat")["text"].as_string(), "hi");
  EXPECT_EQ(
      ann->request("control", Json::object({{"action", "set-layout"}, {"name", "grid"}}))["layout"]["name"]
          .as_string(),
      "grid");
  EXPECT_EQ(ann->request("leave")["type"].as_string(), "reply");
}

TEST_F(FrontTest, AClosedSocketDetachesAndItsResumeTokenTakesTheSeatBack) {
  start();
  const auto witness = connect();
  witness->request("join", hall);
  auto ann = connect();
  const Json first = ann->request("join", hall);
  ann->close();
  EXPECT_EQ(witness->event("detached")["participant"], first["participant"]);
  const auto again = connect();
  const Json back =
      again->request("join", Json::object({{"room", "hall"}, {"name", "Ann"}, {"resume", first["resume"]}}));
  EXPECT_TRUE(back["resumed"].as_bool());
  EXPECT_EQ(back["participant"], first["participant"]);
}

TEST_F(FrontTest, ASocketThatGoesAwayLeaves) {
  start();
  const auto witness = connect();
  witness->request("join", hall);
  auto ann = connect();
  const Json first = ann->request("join", hall);
  ann->close(1001);  // as a browser does when its page is closed or loaded anew
  const Json left = witness->event("participant-left");
  EXPECT_EQ(left["participant"]["id"], first["participant"]);
  EXPECT_EQ(left["reason"].as_string(), "left");
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall").json()["participants"].items().size(), 1u);
}

TEST_F(FrontTest, AResumedSeatHasTheRoleThatItWasGiven) {
  start(closed_server());
  const Headers admin = {{"Authorization", bearer("*", Role::admin)}};
  Json with_token = hall;
  with_token.set("token", bearer("hall", Role::speaker).substr(7));
  auto ann = connect();
  const Json first = ann->request("join", with_token);
  EXPECT_EQ(first["role"].as_string(), "speaker");
  const std::string path = "/api/v1/rooms/hall/participants/" + first["participant"].as_string();
  ASSERT_EQ(call("PATCH", path, R"({"role":"operator"})", admin).status, 200);
  const auto again = connect();
  with_token.set("resume", first["resume"]);
  const Json back = again->request("join", with_token);
  EXPECT_TRUE(back["resumed"].as_bool());
  EXPECT_FALSE(back.has("connection")) << "nobody else's business";
  EXPECT_EQ(back["role"].as_string(), "operator");
  const Json order = Json::object({{"action", "set-layout"}, {"name", "grid"}});
  EXPECT_EQ(again->request("control", order)["type"].as_string(), "reply");
  ASSERT_EQ(call("PATCH", path, R"({"role":"viewer"})", admin).status, 200);
  const auto third = connect();
  EXPECT_EQ(third->request("join", with_token)["role"].as_string(), "viewer") << "and not that of the token";
}

// The old socket ends when the new one's join is answered by the room but not yet heard of here.
TEST_F(FrontTest, TheEndOfTheOldSocketSaysWhoseEndItIs) {
  start();
  const Json late = Json::object({{"room", "late"}, {"name", "Ann"}});
  const auto witness = connect(), before = connect(), after = connect();
  witness->request("join", late);  // connection 1
  const Json first = before->request("join", late);
  Json resume = late;
  after->send(resume.set("type", "join").set("resume", first["resume"]).dump());
  EXPECT_EQ(after->request("chat", Json::object({{"text", "x"}}))["code"].as_string(), "not-joined");
  before->close();
  EXPECT_EQ(witness->event("detached")["connection"].as_int(), 2);
  EXPECT_EQ(call("GET", "/api/v1/rooms/late").status, 200);  // lets the answer out
  EXPECT_EQ(after->event("joined")["participant"], first["participant"]);
  EXPECT_EQ(after->request("leave")["type"].as_string(), "reply");
}

TEST_F(FrontTest, AResumingSocketThatDiesLeavesTheSeatWaiting) {
  start();
  const Json late = Json::object({{"room", "late"}, {"name", "Ann"}});
  const auto witness = connect(), before = connect();
  auto after = connect();
  witness->request("join", late);
  const Json first = before->request("join", late);
  Json resume = late;
  after->send(resume.set("type", "join").set("resume", first["resume"]).dump());
  EXPECT_EQ(after->request("chat", Json::object({{"text", "x"}}))["code"].as_string(), "not-joined");
  after->close();
  ASSERT_TRUE(after->wait_closed());
  EXPECT_EQ(call("GET", "/api/v1/rooms/late").status, 200);
  EXPECT_EQ(witness->event("detached")["connection"].as_int(), 3);
  EXPECT_EQ(before->event("bye")["reason"].as_string(), "replaced");
  EXPECT_EQ(call("GET", "/api/v1/rooms/late").json()["participants"].items().size(), 2u);
}

TEST_F(FrontTest, ASeatTakenOverSaysByeToTheOldSocket) {
  start();
  const auto before = connect(), after = connect();
  const Json first = before->request("join", hall);
  after->request("join", Json::object({{"room", "hall"}, {"resume", first["resume"]}}));
  EXPECT_EQ(before->event("bye")["reason"].as_string(), "replaced");
  EXPECT_TRUE(before->wait_closed());
  EXPECT_EQ(after->request("chat", Json::object({{"text", "still here"}}))["type"].as_string(), "reply");
}

TEST_F(FrontTest, ACrashedRoomSaysByeAndTheSameSocketMayJoinAFreshOne) {
  start();
  const auto ann = connect();
  ann->request("join", hall);
  const auto pid = call("GET", "/api/v1/rooms/hall").json()["pid"].as_int();
  kill(static_cast<pid_t>(pid), SIGKILL);
  EXPECT_EQ(ann->event("bye")["reason"].as_string(), "room-crashed");
  EXPECT_EQ(ann->request("join", hall)["type"].as_string(), "joined");
  EXPECT_NE(call("GET", "/api/v1/rooms/hall").json()["pid"].as_int(), pid);
  EXPECT_NE(call("GET", "/metrics").body.find("tessera_room_crashes_total 1"), std::string::npos);
}

TEST_F(FrontTest, WhoIsKickedIsToldAndDisconnected) {
  start();
  const auto ann = connect(), bob = connect();
  ann->request("join", hall);
  const Json joined = bob->request("join", hall);
  EXPECT_EQ(ann->request("control",
                         Json::object({{"action", "kick"}, {"participant", joined["participant"]}}))["type"]
                .as_string(),
            "reply");
  EXPECT_EQ(bob->event("bye")["reason"].as_string(), "kicked");
  EXPECT_TRUE(bob->wait_closed());
  EXPECT_EQ(ann->request("control", Json::object({{"action", "kick"}, {"participant", "nobody"}}))["status"]
                .as_int(),
            404);
}

TEST_F(FrontTest, AFloodIsCutOff) {
  start();
  const auto flood = connect();
  for (int i = 0; i < 300; ++i) flood->send("{}");
  EXPECT_TRUE(flood->wait_closed());
  EXPECT_EQ(flood->close_code(), 1008);
  EXPECT_EQ(flood->heard.back()["code"].as_string(), "rate-limited");
}

TEST_F(FrontTest, BeforeJoinFiveMessagesAreAllowed) {
  start();
  const auto stranger = connect();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(stranger->request("chat", Json::object({{"text", "hi"}}))["code"].as_string(), "not-joined");
  stranger->send(R"({"type":"join","room":"hall"})");
  EXPECT_TRUE(stranger->wait_closed());
  EXPECT_EQ(stranger->heard.back()["code"].as_string(), "rate-limited");
  const auto guest = connect();
  for (int i = 0; i < 4; ++i) guest->request("chat", Json::object({{"text", "hi"}}));
  EXPECT_EQ(guest->request("join", Json::object({{"room", "hall"}, {"name", "Ann"}}))["type"].as_string(),
            "joined");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(guest->request("state", Json::object())["type"].as_string(), "reply") << i;
}

TEST_F(FrontTest, AViewerIsRefusedBeforeWhatItWantsIsRead) {
  start();
  const auto viewer = connect();
  viewer->request("join", Json::object({{"room", "hall"}, {"name", "V"}, {"role", "viewer"}}));
  const Json refused =
      viewer->request("control", Json::object({{"action", "start-recording"}, {"no-such-field", true}}));
  EXPECT_EQ(refused["status"].as_int(), 403) << refused.dump();
  EXPECT_EQ(viewer->request("control", Json::object({{"action", "explode"}}))["status"].as_int(), 400);
}

TEST_F(FrontTest, AMessageTooLargeClosesTheSocket) {
  start();
  const auto socket = connect();
  socket->send("{\"type\":\"chat\",\"text\":\"" + std::string(300'000, 'x') + "\"}");
  EXPECT_TRUE(socket->wait_closed());
  EXPECT_EQ(socket->close_code(), 1009);
  ASSERT_FALSE(socket->heard.empty()) << "it is told why";
  EXPECT_EQ(socket->heard.back()["code"].as_string(), "too-large");
  EXPECT_EQ(call("GET", "/healthz").status, 200);
}

TEST_F(FrontTest, AnOpenServerRefusesPagesFromElsewhere) {
  start();
  EXPECT_FALSE(connect("https://example.org"));
  EXPECT_TRUE(connect("http://localhost:5173"));
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", {{"Origin", "https://example.org"}}).status, 403);
  EXPECT_EQ(call("GET", "/healthz", "", {{"Host", "example.org"}}).status, 421);
}

TEST_F(FrontTest, WhipGoesThroughItsWholeLife) {
  config::ServerConfig config;
  config.ice.stun_servers = {"stun:stun.example.org:3478"};
  start(config);
  const auto witness = connect();
  witness->request("join", hall);
  const Answer created = whip("/whip/hall?name=Cam");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.headers.at("content-type"), "application/sdp");
  EXPECT_EQ(created.headers.at("link"), "<stun:stun.example.org:3478>; rel=\"ice-server\"");
  const std::string path = created.headers.at("location"), etag = created.headers.at("etag");
  EXPECT_GT(path.size(), 40u) << "cannot be guessed";
  EXPECT_EQ(etag.front(), '"') << "strong";

  const std::string fragment =
      "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=audio 9 X 0\r\na=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ "
      "host\r\n";
  const auto patch = [&](const std::string& body, const Headers& more) {
    Headers headers = {{"content-type", "application/trickle-ice-sdpfrag"}};
    for (const auto& [name, value] : more) headers[name] = value;
    return call("PATCH", path, body, headers);
  };
  EXPECT_EQ(patch(fragment, {}).status, 428);
  EXPECT_EQ(patch(fragment, {{"If-Match", "\"other\""}}).status, 412);
  EXPECT_EQ(patch(fragment, {{"If-Match", etag}, {"content-type", "text/plain"}}).status, 415);
  EXPECT_EQ(patch("nonsense", {{"If-Match", etag}}).status, 400);
  EXPECT_EQ(patch("a=ice-ufrag:new\r\na=ice-pwd:x\r\n", {{"If-Match", etag}}).status, 422);
  const Answer taken = patch(fragment, {{"If-Match", etag}});
  EXPECT_EQ(taken.status, 204);
  EXPECT_FALSE(taken.headers.contains("etag"));
  EXPECT_EQ(witness->event("candidate-seen")["candidate"].as_string(),
            "candidate:1 1 udp 1 127.0.0.1 9 typ host");

  EXPECT_EQ(call("DELETE", path, "", {{"If-Match", "\"whatever\""}}).status, 200);
  EXPECT_EQ(call("DELETE", path).status, 404);
  EXPECT_EQ(witness->event("participant-left")["participant"]["name"].as_string(), "Cam");
}

TEST_F(FrontTest, WhipRefusesWhatItCannotServe) {
  start();
  EXPECT_EQ(call("POST", "/whip/hall", offer, {{"content-type", "application/json"}}).status, 415);
  EXPECT_EQ(call("POST", "/whip/hall").status, 415);
  EXPECT_EQ(whip("/whip/hall", "hello").status, 400);
  EXPECT_EQ(whip("/whip/hall", std::string(offer) + "a=\xff\xfe\r\n").status, 400);
  EXPECT_EQ(whip("/whip/hall", std::string(offer) + "a=bad\r\n").status, 400);
  EXPECT_EQ(whip("/whip/hall", std::string(offer) + "a=unsupported\r\n").status, 422);
  EXPECT_EQ(whip("/whip/hall", offer, {{"Accept", "text/html"}}).status, 406);
  EXPECT_EQ(whip("/whip/..%2f..", offer).status, 400);
  EXPECT_EQ(whip("/whip/hall", std::string(300'000, 'a')).status, 413);
  const Answer full = whip("/whip/full");
  EXPECT_EQ(full.status, 503);
  EXPECT_TRUE(full.headers.contains("retry-after"));
  const Answer nobody = whip("/whep/nobody");
  EXPECT_EQ(nobody.status, 409);
  EXPECT_TRUE(nobody.headers.contains("retry-after"));
  EXPECT_EQ(call("PUT", "/whip/hall", offer).status, 405);
  EXPECT_EQ(call("GET", "/whip/hall").status, 204);
  EXPECT_EQ(call("OPTIONS", "/whep/hall").headers.at("accept-post"), "application/sdp");
}

TEST_F(FrontTest, ARefusedOfferLeavesNoTrace) {
  start();
  const std::string sound = offer;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = sound;
    return text.replace(text.find(from), from.size(), to);
  };
  const auto rooms = [&] { return call("GET", "/api/v1/rooms").json()["rooms"].items().size(); };
  EXPECT_EQ(whip("/whip/hall", sound + "a=recvonly\r\n").code(), "unsupported-offer");
  EXPECT_EQ(whip("/whip/hall", with("opus", "speex")).status, 422);
  EXPECT_EQ(whip("/whip/hall", with("m=audio 9", "m=audio x")).code(), "bad-sdp");
  EXPECT_EQ(rooms(), 0u) << "no room was opened";
  const auto witness = connect();
  const Json joined = witness->request("join", hall);
  EXPECT_EQ(whip("/whip/hall", with("a=rtcp-mux\r\n", "")).status, 422);
  EXPECT_EQ(whip("/whep/hall", sound + "a=sendonly\r\n").status, 422);
  EXPECT_EQ(whip("/whip/hall").status, 201);
  std::size_t came = 0;
  ASSERT_TRUE(wait([&] {
    came = 0;
    for (const auto& message : witness->heard)
      came += message["type"].as_string() == "participant-joined" ? 1 : 0;
    return came >= 2;
  }));
  EXPECT_EQ(came, 2u) << "the witness and the last one";
}

TEST_F(FrontTest, BehindAPathTheSessionsAddressIsThePublicOne) {
  config::ServerConfig config;
  config.http.public_url = "https://example.org/media";
  start(config);
  const Answer created = whip("/whip/hall", offer, {{"Origin", "http://localhost:5173"}});
  const std::string prefix = "https://example.org/media", location = created.headers.at("location");
  EXPECT_TRUE(location.starts_with(prefix + "/whip/hall/")) << location;
  EXPECT_EQ(call("DELETE", location.substr(prefix.size())).status, 200);
  const std::string exposed = created.headers.at("access-control-expose-headers");
  for (const char* name : {"Location", "Link", "ETag", "Allow", "Accept-Post", "Accept-Patch"})
    EXPECT_NE(exposed.find(name), std::string::npos) << name;
}

TEST_F(FrontTest, AWhipSessionEndsWithItsSeat) {
  start();
  const auto witness = connect();
  witness->request("join", hall);
  const Answer created = whip("/whip/hall");
  const std::string path = created.headers.at("location");
  EXPECT_EQ(call("GET", path).status, 204);
  std::string publisher;
  const Json room = call("GET", "/api/v1/rooms/hall").json();
  for (const auto& person : room["participants"].items())
    if (person["kind"].as_string() == "publisher") publisher = person["id"].as_string();
  EXPECT_EQ(call("DELETE", "/api/v1/rooms/hall/participants/" + publisher).status, 204);
  EXPECT_EQ(witness->event("participant-left")["reason"].as_string(), "kicked");
  EXPECT_EQ(call("DELETE", path).status, 404);
}

TEST_F(FrontTest, TokensSayWhoMayDoWhat) {
  start(closed_server());
  EXPECT_EQ(call("GET", "/healthz").status, 200);
  const Answer refused = call("GET", "/api/v1/rooms");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.at("www-authenticate").substr(0, 6), "Bearer");
  EXPECT_EQ(call("GET", "/metrics").status, 401);
  EXPECT_EQ(whip("/whip/hall").status, 401);
  const Headers viewer = {{"Authorization", bearer("hall", Role::viewer)}},
                speaker = {{"Authorization", bearer("hall", Role::speaker)}},
                host = {{"Authorization", bearer("hall", Role::operator_)}},
                admin = {{"Authorization", bearer("*", Role::admin)}};
  EXPECT_EQ(call("PUT", "/api/v1/rooms/attic", "{}", host).status, 403);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", speaker).status, 403);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", host).status, 201);
  EXPECT_EQ(whip("/whip/hall", offer, viewer).status, 403);
  EXPECT_EQ(whip("/whip/hall", offer, speaker).status, 201);
  EXPECT_EQ(whip("/whep/hall", offer, viewer).status, 201);
  EXPECT_EQ(call("GET", "/metrics", "", host).status, 403);
  EXPECT_EQ(call("GET", "/metrics", "", admin).status, 200);

  const Json people = call("GET", "/api/v1/rooms/hall", "", host).json()["participants"];
  const std::string someone = "/api/v1/rooms/hall/participants/" + people.items().at(0)["id"].as_string();
  EXPECT_EQ(call("PATCH", someone, R"({"role":"admin"})", host).status, 403) << "above one's own";
  EXPECT_EQ(call("PATCH", someone, R"({"role":"operator"})", host).status, 200);
  EXPECT_EQ(call("PATCH", someone, R"({"role":"viewer"})", speaker).status, 403);

  const auto guest = connect();
  EXPECT_EQ(guest->request("join", hall)["status"].as_int(), 401);
  Json with_token = hall;
  with_token.set("token", bearer("hall", Role::speaker).substr(7)).set("role", "admin");
  const Json joined = guest->request("join", with_token);
  EXPECT_EQ(joined["role"].as_string(), "speaker") << "a wish does not raise the role";
  EXPECT_EQ(guest->request("control", Json::object({{"action", "set-layout"}, {"name", "grid"}}))["status"]
                .as_int(),
            403);
}

TEST_F(FrontTest, ARecordingIsStartedStoppedFinishedAndAnnounced) {
  start();
  const auto ann = connect();
  ann->request("join", hall);
  const Answer started = call("POST", "/api/v1/rooms/hall/recordings", "{}");
  ASSERT_EQ(started.status, 201) << started.body;
  const std::string id = started.json()["id"].as_string();
  EXPECT_EQ(ann->event("recording")["id"].as_string(), id);
  const std::string path = "/api/v1/recordings/" + id;
  EXPECT_EQ(call("GET", path).json()["room"].as_string(), "hall");
  EXPECT_EQ(call("GET", path + "/file").status, 409);
  EXPECT_EQ(call("PATCH", path, R"({"state":"exploded"})").status, 400);
  EXPECT_EQ(call("PATCH", path, R"({"state":"stopped"})").status, 200);
  EXPECT_TRUE(wait([&] {
    for (const auto& message : ann->heard)
      if (message["type"].as_string() == "recording" && message["state"].as_string() == "ready") return true;
    return false;
  }));
  EXPECT_EQ(call("PATCH", path, R"({"state":"stopped"})").status, 409);
  EXPECT_EQ(call("GET", "/api/v1/recordings?room=hall").json()["recordings"].items().size(), 1u);
  EXPECT_EQ(call("GET", "/api/v1/recordings/nothing").status, 404);
  EXPECT_EQ(call("POST", "/api/v1/rooms/nobody-here/recordings").status, 404);
}

TEST_F(FrontTest, ARecordingRefusedByTheRoomLeavesNothingBehind) {
  start();
  EXPECT_EQ(call("PUT", "/api/v1/rooms/full-disk").status, 201);
  EXPECT_EQ(call("POST", "/api/v1/rooms/full-disk/recordings").status, 507);
  EXPECT_TRUE(call("GET", "/api/v1/recordings").json()["recordings"].items().empty());
}

TEST_F(FrontTest, ShuttingDownSaysByeAndEndsEveryRoom) {
  start();
  const auto ann = connect();
  ann->request("join", hall);
  const auto pid = static_cast<pid_t>(call("GET", "/api/v1/rooms/hall").json()["pid"].as_int());
  bool down = false;
  front_->shut_down([&] { down = true; });
  EXPECT_EQ(call("GET", "/readyz").status, 503);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/attic").code(), "draining");
  EXPECT_TRUE(wait([&] { return down; }));
  EXPECT_EQ(ann->event("bye")["reason"].as_string(), "server-shutdown");
  EXPECT_TRUE(wait([&] { return kill(pid, 0) != 0; }));
}

TEST_F(FrontTest, ABusyPortIsSaidSo) {
  start();
  FrontSpec spec;
  spec.config.listen.port = std::stoi(front_->url().substr(front_->url().rfind(':') + 1));
  spec.config.limits.spare_rooms = 0;
  spec.config.recording.directory = folder_;
  const auto second = Front::create(loop_, std::move(spec));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "cannot-listen");
  EXPECT_NE(second.error().message.find("--listen"), std::string::npos);
}

}  // namespace
}  // namespace tessera::server::test
