#pragma once
// What `tessera serve` and `tessera room` say to each other over a socketpair: newline-delimited JSON.
//
// clang-format off
//   serve → room   {"id": 7, "method": "join", "params": {…}}
//   room → serve   {"id": 7, "result": {…}}   or   {"id": 7, "error": {"code": "…", "detail": "…", "status": 409}}
//   room → serve   {"event": "participant-joined", "data": {…}}            (and "to": "<participant>" when directed)
//
// `status` is the HTTP status that the front answers with. This is the seam that the tests use to drive a
// room without the front. Methods (params → result):
//
//   configure        {room, config: <server config as JSON>, settings: {}}  → {}        first, once: a spare becomes a room
//                    confine?: {recordings: the one folder it writes in, tcp: whether relays are reached by TCP}
//                    settings: {layout?, width?, height?, framerate?, audio?, chimes?,
//                               layouts?: {"<name>": <file's JSON>},
//                               operatorLayout?: what an operator had chosen in a process that crashed}
//   join             {name, role, allowed?, kind: "participant"|"publisher"|"viewer", resume?, resumeOnly?,
//                     endsInMs?, muted?, held?}
//                    allowed: the highest role that their token gives; muted, held: of a new seat, as operators
//                    had decided before
//                    resumeOnly: the seat that `resume` names, or "unknown-participant"
//                    endsInMs: the seat ends after that by itself, reason "token-expired"
//                                       → {participant: "<id>", resume: "<token>", resumed: bool,
//                                          connection: n, room: <snapshot>}
//   offer            {participant, endpoint: "main"|"screen", sdp, trickle: bool, fresh?: bool}
//                                       → {sdp}     without trickle the answer holds every candidate
//                    beside a connected endpoint it takes over once it is connected; of a connection that has been
//                    answered: "renegotiation-unsupported", unless it is `fresh`: certainly of a new one
//   candidate        {participant, endpoint, candidate, sdpMid, sdpMLineIndex}          → {}
//   state            {participant, audio?, video?, hand?}                               → {}
//   close-endpoint   {participant, endpoint}                                            → {}
//   chat             {participant, text}                                                → {}
//   detach           {participant, connection?}  the WebSocket is gone; the seat waits for a resume → {}
//   leave            {participant, connection?, reason?, by?}                           → {}
//                    `connection` is that of the join that speaks: once another has resumed the seat, nothing happens
//   update-participant {participant, by?, muted?, gain?, held?, name?, role?, pinned?, noiseSuppression?, autoGain?}
//                                       → {participant: <participant>}    all of it, or on an error nothing
//                    by: {role, participant?}  who asks: below an admin nobody does anything to an admin ("forbidden")
//   set-layout       {name?, pinned?: {"<region>": "<participant>"}}                    → {layout}
//                    name null: rules and the room's default decide again
//   set-layouts      {layouts: {"<name>": <file's JSON>}}   other layouts from now on   → {}
//   start-recording  {directory, id, options?: {name?, format?, tracks?, splitMs?, splitBytes?, maxDurationMs?, announce?,
//                     loudness?}, resume?: bool, paused?: bool, quotaBytes?}    (the front chose directory and id) → <recording>
//                    resume: goes on, in a new part, with a recording whose process died; paused: as it was then;
//                    quotaBytes: what the room's recordings may hold
//   set-recording    {id, state: "stopped"|"paused"|"recording"}                        → <recording>
//   announce         {file | builtin, to?, gain?, duckDb?, attackMs?, releaseMs?}       → {announcement: <announcement>}
//   stop-announcement {id}                                                              → {}
//   announcements    {}                  → {announcements: [<announcement>], files: [names], builtin: [names]}
//   mute-all         {muted?, except?: ["<participant>"], by?}                               → {changed: ["<participant>"]}
//   levels           {participant, on}   whether this one wants `levels` events         → {}
//   set-settings     {chimes?}                                                          → {chimes}
//   tell             {event, data}  an event that the front made and has told: for data channels  → {}
//   describe         {}                                                                 → <snapshot>
//   stats            {}                  → {metrics: [{name, help, type: "gauge"|"counter", labels: {}, value}], endpoints: [...]}
//   close            {reason}            ends the room: bye to all, recordings closed, then the process exits → {}
//
// Events (data):
//   ready                       the process can take `configure`
//   participant-joined|left|updated   <participant>  (left: + reason)
//   speakers                    {speakers: ["<participant>", …]}  loudest first
//   levels                      {levels: {"<participant>": dB}, for: "levels"}  ten times a second while anybody wants
//                               them; who is missing is silent; the front passes them to those who asked
//   announcement   to?          {announcement: <announcement>}; to one participant: for that one and operators
//   layout                      {name, choice: "operator"|"rule"|"default", default, width, height, overflow,
//                                placements: [{participant, kind, region, x, y, w, h}], pinned}  pixels of the canvas
//   layouts                     {layouts: [{name, title}]}  those there are have changed
//   recording                   <recording> + error?     states: starting recording paused stopping finishing failed
//                               ("finishing" says the live files are closed: the front runs the finisher; the front itself
//                               says "interrupted" when the room's process died, ready and failed)
//   candidate      to           {endpoint, candidate, sdpMid, sdpMLineIndex}
//   source-hint    to           {endpoint, maxWidth, maxHeight, maxFramerate, maxBitrate}
//   endpoint       to           {endpoint, state: "connected"|"closed"|"kept", reason?}
//                               kept: the new connection did not come (reason), the one before goes on
//   chat                        {from, name, text}
//   notice         to?          {code, text}
//   bye            to           {reason}            the seat is gone (kicked, lost, no-media, room closed)
//   ending                      {reason: "room-out-of-memory"}   the room cannot go on: the front closes it with that reason
//   empty                       {}                  nobody has been here for the idle time: the front closes the room
//
// <participant> = {id, name, role, kind, audio, video, hand, screen, muted, gain, held, pinned, talking, state, joinedAt}
//    state: "connecting" | "connected" | "detached"
// <announcement> = {id, file? | builtin?, to?, state, durationMs?, positionMs?, purpose?: "recording", heard?: ["<participant>"]}
//                  heard: who hears the words that this is recorded, when they begin
//    state: "waiting" | "playing" | "stopping" | "ended" | "stopped"
// <recording> = {id, state, format, startedAt, durationMs, bytes, part, droppedFrames, name?, diskSecondsLeft?, endReason?}
// <snapshot> = {id, participants: [], layout: {name, placements, width, height}, layouts: [{name, title}],
//               encoders: [{codec, consumers, frames, bitrate}], recordings: [<recording>],
//               streams: [], speakers: [], announcements: [<announcement>], chimes, pid, startedAt,
//               canvas: {width, height, framerate}}
// clang-format on

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::messages {

struct Request {
  std::int64_t id = 0;
  std::string method;
  Json params = Json::object();
};

struct Reply {
  std::int64_t id = 0;
  Json result = {};  ///< when ok
  bool ok = true;
  std::string code = {};    ///< when not ok: stable word
  std::string detail = {};  ///< when not ok: for people
  int status = 500;         ///< when not ok: HTTP status for the front
};

struct Event {
  std::string name;
  std::string to;  ///< participant id, empty for everybody
  Json data = Json::object();
};

// One line each, with the final newline.
std::string encode(const Request& request);
std::string encode(const Reply& reply);
std::string encode(const Event& event);

/// What a line from the room process is; `result` and `data` are objects. "bad-message" when it is neither.
Result<std::variant<Reply, Event>> decode_from_room(std::string_view line);
/// What a line from the front is. Errors: "bad-json", "bad-message".
Result<Request> decode_from_front(std::string_view line);
/// The id of a request that decode_from_front refuses, when it can be told: whoever waits for it gets an
/// answer.
std::optional<std::int64_t> id_of(std::string_view line);

/// The HTTP status for an error code used by the room ("unknown-participant" → 404, "bad-sdp" → 400,
/// "unsupported-offer" and "renegotiation-unsupported" → 422, "room-full" → 503, "forbidden" → 403,
/// "conflict" → 409, "bad-request" → 400, "disk-full" → 507, otherwise 500).
int status_of(std::string_view code);

}  // namespace tessera::messages
