#pragma once
// Who may do what, as data: what every call of REST, WHIP and WHEP and every message of the WebSocket answers
// to every role. docs/operating.md says the same in words. permission_test.cpp fails when the server knows a
// call that is not in here.

#include <vector>

namespace tessera::server::test {

/// What the server answers. The columns are tokens that are good, for room "hall", of which the recording is
/// too; `admin` is one for every room; `elsewhere` is an admin's for room "attic"; `kicked` is the token of
/// an operator of "hall" whom another has removed from it.
struct Route {
  const char* method;
  const char* path;
  const char* body;  ///< JSON; or "offer" or "fragment"
  int none, viewer, speaker, operator_, admin, elsewhere, kicked;
};

// clang-format off
inline const std::vector<Route> routes = {
    // method   path                                                   body               none view speak oper admin else kicked
    {"GET",    "/healthz",                                             "",                 200, 200, 200, 200, 200, 200, 200},
    {"GET",    "/readyz",                                              "",                 200, 200, 200, 200, 200, 200, 200},
    {"GET",    "/openapi.json",                                        "",                 200, 200, 200, 200, 200, 200, 200},
    {"GET",    "/api/v1/openapi.json",                                 "",                 200, 200, 200, 200, 200, 200, 200},
    {"GET",    "/ws",                                                  "",                 426, 426, 426, 426, 426, 426, 426},
    {"GET",    "/metrics",                                             "",                 401, 403, 403, 403, 200, 403, 403},

    {"GET",    "/api/v1/rooms",                                        "",                 401, 200, 200, 200, 200, 200, 200},
    {"PUT",    "/api/v1/rooms/{room}",                                 "{}",               401, 403, 403, 200, 200, 403, 403},
    {"GET",    "/api/v1/rooms/{room}",                                 "",                 401, 200, 200, 200, 200, 403, 403},
    {"PATCH",  "/api/v1/rooms/{room}",                                 R"({"layout":"x"})", 401, 403, 403, 200, 200, 403, 403},
    {"DELETE", "/api/v1/rooms/{room}",                                 "",                 401, 403, 403, 204, 204, 403, 403},
    {"PATCH",  "/api/v1/rooms/{room}/participants",                    R"({"muted":true})", 401, 403, 403, 200, 200, 403, 403},
    {"PATCH",  "/api/v1/rooms/{room}/participants/{participant}",      R"({"muted":true})", 401, 403, 403, 200, 200, 403, 403},
    {"DELETE", "/api/v1/rooms/{room}/participants/{participant}",      "",                 401, 403, 403, 204, 204, 403, 403},
    {"PUT",    "/api/v1/rooms/{room}/layout",                          R"({"name":"x"})",  401, 403, 403, 200, 200, 403, 403},
    {"POST",   "/api/v1/rooms/{room}/announcements",                   R"({"builtin":"join"})", 401, 403, 403, 201, 201, 403, 403},
    {"GET",    "/api/v1/rooms/{room}/announcements",                   "",                 401, 403, 403, 200, 200, 403, 403},
    {"DELETE", "/api/v1/rooms/{room}/announcements/{announcement}",    "",                 401, 403, 403, 204, 204, 403, 403},
    {"POST",   "/api/v1/rooms/{room}/recordings",                      "{}",               401, 403, 403, 201, 201, 403, 403},

    // Nobody of the id "nobody" is kept out: 404 is who has got past the guard.
    {"GET",    "/api/v1/rooms/{room}/kept-out",                        "",                 401, 403, 403, 200, 200, 403, 403},
    {"DELETE", "/api/v1/rooms/{room}/kept-out/{entry}",                "",                 401, 403, 403, 404, 404, 403, 403},

    // There are no layouts in the test: 404 is who has got past the guard.
    {"GET",    "/api/v1/layouts",                                      "",                 401, 200, 200, 200, 200, 200, 200},
    {"GET",    "/api/v1/layouts/{layout}",                             "",                 401, 404, 404, 404, 404, 404, 404},
    {"GET",    "/api/v1/layouts/{layout}/preview.png",                 "",                 401, 404, 404, 404, 404, 404, 404},

    // The list of somebody from elsewhere holds their own room's recordings.
    {"GET",    "/api/v1/recordings",                                   "",                 401, 403, 403, 200, 200, 200, 403},
    {"GET",    "/api/v1/recordings/{recording}",                       "",                 401, 403, 403, 200, 200, 403, 403},
    {"PATCH",  "/api/v1/recordings/{recording}",                       R"({"state":"stopped"})", 401, 403, 403, 409, 409, 403, 403},
    {"DELETE", "/api/v1/recordings/{recording}",                       "",                 401, 403, 403, 204, 204, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/file",                  "",                 401, 403, 403, 200, 200, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/poster.jpg",            "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/strip.jpg",             "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/strip.vtt",             "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/chapters.vtt",          "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/timeline",              "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/timeline.jsonl",        "",                 401, 403, 403, 404, 404, 403, 403},
    {"GET",    "/api/v1/recordings/{recording}/tracks/{track}",        "",                 401, 403, 403, 404, 404, 403, 403},
    {"POST",   "/api/v1/recordings/{recording}/links",                 "",                 401, 403, 403, 201, 201, 403, 403},

    // GET and OPTIONS of WHIP and WHEP only say that it is there.
    {"POST",    "/whip/{room}",                                        "offer",            401, 403, 201, 201, 201, 403, 403},
    {"GET",     "/whip/{room}",                                        "",                 204, 204, 204, 204, 204, 204, 204},
    {"OPTIONS", "/whip/{room}",                                        "",                 204, 204, 204, 204, 204, 204, 204},
    {"PATCH",   "/whip/{room}/{session}",                              "fragment",         401, 403, 204, 204, 204, 403, 403},
    {"DELETE",  "/whip/{room}/{session}",                              "",                 401, 403, 200, 200, 200, 403, 403},
    {"GET",     "/whip/{room}/{session}",                              "",                 204, 204, 204, 204, 204, 204, 204},
    {"OPTIONS", "/whip/{room}/{session}",                              "",                 204, 204, 204, 204, 204, 204, 204},
    {"POST",    "/whep/{room}",                                        "offer",            401, 201, 201, 201, 201, 403, 403},
    {"GET",     "/whep/{room}",                                        "",                 204, 204, 204, 204, 204, 204, 204},
    {"OPTIONS", "/whep/{room}",                                        "",                 204, 204, 204, 204, 204, 204, 204},
    {"PATCH",   "/whep/{room}/{session}",                              "fragment",         401, 204, 204, 204, 204, 403, 403},
    {"DELETE",  "/whep/{room}/{session}",                              "",                 401, 200, 200, 200, 200, 403, 403},
    {"GET",     "/whep/{room}/{session}",                              "",                 204, 204, 204, 204, 204, 204, 204},
    {"OPTIONS", "/whep/{room}/{session}",                              "",                 204, 204, 204, 204, 204, 204, 204},
};

/// 200 is a reply; anything else is an error with that status. Whoever has no seat gets 409, whatever the token.
struct Message {
  const char* type;
  const char* fields;  ///< JSON; "PERSON" and "RECORDING" stand for ids that are in the room
  int viewer, speaker, operator_, admin;
};

inline const std::vector<Message> messages = {
    // type         fields                                                      view speak oper admin
    {"offer",      R"({"endpoint":"main","sdp":"v=0"})",                         200, 200, 200, 200},
    {"candidate",  R"({"endpoint":"main"})",                                     200, 200, 200, 200},
    {"state",      R"({"hand":true})",                                           200, 200, 200, 200},
    {"close",      R"({"endpoint":"main"})",                                     200, 200, 200, 200},
    {"chat",       R"({"text":"hello"})",                                        200, 200, 200, 200},
    {"levels",     R"({"on":true})",                                             200, 200, 200, 200},
    {"leave",      "{}",                                                         200, 200, 200, 200},
};

inline const std::vector<Message> actions = {
    // action              fields                                                view speak oper admin
    {"set-layout",         R"({"name":"x"})",                                    403, 403, 200, 200},
    {"start-recording",    "{}",                                                 403, 403, 200, 200},
    {"stop-recording",     R"({"recording":"RECORDING"})",                       403, 403, 200, 200},
    {"set-recording",      R"({"recording":"RECORDING","state":"paused"})",      403, 403, 200, 200},
    {"update-participant", R"({"participant":"PERSON","muted":true})",           403, 403, 200, 200},
    {"kick",               R"({"participant":"PERSON"})",                        403, 403, 200, 200},
    {"kept-out",           "{}",                                                 403, 403, 200, 200},
    {"readmit",            R"({"entry":"nobody"})",                              403, 403, 404, 404},
    {"announce",           R"({"builtin":"join"})",                              403, 403, 200, 200},
    {"stop-announcement",  R"({"announcement":"a1"})",                           403, 403, 200, 200},
    {"announcements",      "{}",                                                 403, 403, 200, 200},
    {"mute-all",           R"({"muted":true})",                                  403, 403, 200, 200},
    {"set-chimes",         R"({"on":true})",                                     403, 403, 200, 200},
    {"close-room",         "{}",                                                 403, 403, 200, 200},
};
// clang-format on

}  // namespace tessera::server::test
