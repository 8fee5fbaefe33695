#pragma once
// Everything an operator can set about the server. The front reads it from a file, the environment and flags,
// and sends it as JSON to the room processes.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/sandbox_config.hpp"
#include "config/storage_config.hpp"

namespace tessera::config {

/// Where the front listens. Port 0: any free port.
struct ListenConfig {
  std::string address = "127.0.0.1";
  int port = 8080;
  bool operator==(const ListenConfig&) const = default;
};

/// PEM files; both or neither.
struct TlsConfig {
  std::string certificate;
  std::string key;
  bool operator==(const TlsConfig&) const = default;
};

/// Who may talk to the front, through what, and how much of it one client may hold.
struct HttpConfig {
  /// Reverse proxies whose X-Forwarded-For is believed: addresses, or networks as "10.0.0.0/8".
  std::vector<std::string> trusted_proxies = {"127.0.0.1", "::1"};
  /// Origins ("https://meet.example") of pages that may use an open server; "*" for every page.
  std::vector<std::string> allowed_origins;
  int max_connections = 0;                ///< at once; 0: from the limit of open files
  int max_connections_per_address = 256;  ///< trusted proxies are exempt
  int idle_seconds = 15;                  ///< a connection without a whole request head is closed after this
  int stall_seconds = 30;  ///< an answer of which the client takes nothing is broken off after this
  /// Where clients reach the server, with the path that a reverse proxy takes off:
  /// "https://example.org/media". Empty: addresses in answers begin with their path.
  std::string public_url{};
  bool operator==(const HttpConfig&) const = default;
};

/// One key of a list: tokens whose header has this `kid` are checked with it alone. Either secret or file.
struct AuthKey {
  std::string kid;
  std::string key;              ///< HS256 secret
  std::string public_key_file;  ///< RS256, PEM
  bool operator==(const AuthKey&) const = default;
};

/// Without any key the server is open, and then it listens on loopback only.
struct AuthConfig {
  std::string key;              ///< HS256 secret without a `kid`
  std::string public_key_file;  ///< RS256, PEM, without a `kid`
  std::vector<AuthKey> keys{};  ///< further keys, so that one can be replaced while tokens of both are about
  std::string issuer;           ///< what `iss` of every token must be; empty: anything
  std::string audience;         ///< what `aud` of every token must hold; empty: anything
  bool end_sessions_at_expiry = false;  ///< a seat ends when the token that took it expires
  [[nodiscard]] bool open() const { return key.empty() && public_key_file.empty() && keys.empty(); }
  /// Every HS256 secret, `key` first.
  [[nodiscard]] std::vector<std::string> secrets() const;
  bool operator==(const AuthConfig&) const = default;
};

struct TurnConfig {
  std::vector<std::string> urls;  ///< "turn:host:port?transport=udp", "turns:…"
  std::string secret;             ///< shared with coturn's use-auth-secret; or username and password
  std::string username;
  std::string password;
  int ttl_seconds = 86400;  ///< how long made credentials are good for
  /// Whether the server gathers relay candidates too: where it cannot be reached itself. An allocation per
  /// peer.
  bool for_server = false;
  bool operator==(const TurnConfig&) const = default;
};

struct IceConfig {
  std::vector<std::string> addresses;  ///< local addresses to offer; empty: every interface
  int min_port = 0;                    ///< UDP ports of media; 0 and 0: what the kernel gives
  int max_port = 0;
  std::vector<std::string> stun_servers;  ///< "stun:host:port"
  /// Whether connectivity checks go to loopback and link-local addresses that clients name. They do also when
  /// one of `addresses` is such an address, and to loopback while the server is open: then clients are on
  /// this machine.
  bool loopback = false;
  bool link_local = false;
  TurnConfig turn;
  /// Public addresses that are not this host's: a NAT passes them on with the same ports.
  std::vector<std::string> announced_addresses{};
  bool operator==(const IceConfig&) const = default;
};

/// What a room starts with.
struct RoomConfig {
  int width = 1280;  ///< of the canvas, even
  int height = 720;
  int framerate = 30;
  std::string layout = "grid";
  std::string opened_by = "speaker";  ///< the least role whose token opens a room that nobody has opened
  int max_participants = 100;         ///< viewers do not count
  int max_viewers = 500;
  /// Of max_participants, places that only operators and administrators take; -1: 2, but at most a quarter.
  int reserved_for_operators = -1;
  /// An endpoint that is not connected this long after its offer is closed; and whoever has been without
  /// media for this long gives their place up when the room is full.
  int connect_seconds = 30;
  int max_tiles = 25;
  int idle_seconds = 10;     ///< after the last leave the room stays this long
  int resume_seconds = 30;   ///< a lost connection's seat is kept this long
  int silence_seconds = 10;  ///< no packet for this long: the connection is lost
  int playout_delay_ms = 20;
  int jitter_ms = 60;
  bool operator==(const RoomConfig&) const = default;
};

struct VideoConfig {
  std::vector<std::string> codecs = {"h264", "vp8"};  ///< what we send, preferred first
  bool operator==(const VideoConfig&) const = default;
};

struct AudioConfig {
  std::string mode = "speech";  ///< of rooms that do not say: "speech" (one channel) or "music" (two)
  int bitrate = 48000;          ///< bits a second of each Opus encode, in rooms for speech
  int music_bitrate = 128000;   ///< and in rooms for music
  int complexity = 4;           ///< of the encoders, 0…10
  bool inband_fec = true;       ///< redundancy for listeners who report loss; speech only
  int max_talkers = 8;
  bool noise_suppression = false;  ///< what voices start with; speech only
  bool auto_gain = false;
  bool operator==(const AudioConfig&) const = default;
};

struct RecordingConfig {
  std::string directory = "recordings";
  int reserve_mb = 200;   ///< recording stops when the disk has less than this left
  int warn_minutes = 30;  ///< operators are warned when the disk lasts for less than this
  // What a recording is made of when whoever starts it does not say.
  std::string format = "mp4";
  bool tracks = false;
  bool announce = true;  ///< say in the room that it is being recorded
  bool chat = false;     ///< keep the chat in the timeline
  /// Whoever starts a recording may turn `announce` off. Without this only the configuration can.
  bool allow_silent = false;
  /// As many recordings an operator deletes in an hour; more needs the role admin or the right
  /// "delete-recordings".
  int deletes_per_hour = 20;
  int split_minutes = 0;  ///< a new file after this long; 0: never
  int split_mb = 0;       ///< or after this many 10⁶ bytes; 0: never
  int max_minutes = 0;    ///< of recorded time; 0: no limit
  int empty_minutes =
      60;  ///< a room in which nobody is goes on recording for this long; 0: ends with the room
  int continue_seconds =
      60;            ///< a recording whose room's process died waits this long for the room to open again
  int quota_mb = 0;  ///< what a room's recordings may hold (10⁶ bytes), the one that runs too; 0: no limit
  /// LUFS (EBU R128) that a finished recording's sound is brought to; 0: as it was recorded.
  int loudness = 0;
  RetentionConfig retention;
  UploadConfig upload;
  bool operator==(const RecordingConfig&) const = default;
};

/// Sound that nobody says: see docs/operating.md.
struct AnnouncementsConfig {
  int duck_db = 18;        ///< by how much the voices are turned down under an announcement
  int attack_ms = 80;      ///< in which time
  int release_ms = 500;    ///< and in which they come back
  int max_seconds = 600;   ///< a longer file is cut
  bool chimes = false;     ///< when somebody joins or leaves
  std::string recording;   ///< file instead of the built-in prompt
  std::string hold_music;  ///< file for those on hold; empty: silence
  bool operator==(const AnnouncementsConfig&) const = default;
};

struct PathsConfig {
  std::string layouts = "layouts";
  std::string pipelines = "pipelines";
  std::string announcements = "announcements";  ///< sound files; need not exist
  bool operator==(const PathsConfig&) const = default;
};

struct LogConfig {
  std::string level = "info";
  bool operator==(const LogConfig&) const = default;
};

struct LimitsConfig {
  int max_body_bytes = 262144;
  int max_rooms = 50;
  int spare_rooms = 1;            ///< warm room processes waiting to be used
  int room_memory_mb = 4096;      ///< resident memory of a room's process; 0: no limit
  int endpoint_megapixels = 150;  ///< that are decoded of one sender, a second; 0: no limit
  int room_megapixels = 2000;     ///< and of all senders in a room; 0: no limit
  // Offers whose connections are not up yet: of one token (or subject) from one address, of one address, and
  // of one room.
  int pending_per_subject = 40;
  int pending_per_address = 150;
  int pending_per_room = 300;
  bool operator==(const LimitsConfig&) const = default;
};

struct ServerConfig {
  ListenConfig listen;
  TlsConfig tls;
  HttpConfig http;
  AuthConfig auth;
  IceConfig ice;
  RoomConfig room;
  VideoConfig video;
  AudioConfig audio;
  RecordingConfig recording;
  AnnouncementsConfig announcements;
  PathsConfig paths;
  LogConfig log;
  LimitsConfig limits;
  SandboxConfig sandbox;
  bool operator==(const ServerConfig&) const = default;

  /// Error "bad-config" lists every mistake as "file: path: reason", one a line.
  static Result<ServerConfig> from_json(const Json& json,
                                        std::string_view file_for_messages = "configuration");
  /// The whole configuration, secrets included: for the room processes, not for clients.
  [[nodiscard]] Json to_json() const;

  using Environment = std::function<std::optional<std::string>(const char* name)>;
  /// The file (default: $TESSERA_CONFIG, else ./tessera.json when it exists), then the environment's
  /// TESSERA_… over it, then the default directories resolved (see paths.hpp). Relative paths are relative to
  /// the working directory. Flags come after this; call `validate` after them. Errors: "cannot-read",
  /// "bad-json", "bad-config".
  static Result<ServerConfig> load(std::optional<std::string> file = std::nullopt);
  static Result<ServerConfig> load(std::optional<std::string> file, const Environment& environment);

  /// Checks what no single value shows: an open server away from loopback, odd sizes, half a TLS pair …
  /// Error "bad-config", one mistake a line, each with what to do.
  [[nodiscard]] Result<void> validate() const;
  /// What works, but should be changed: one sentence each.
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// The environment's variables whose values are secrets. Child processes do not inherit them (see
/// server/child_process.hpp): one that needs a secret is given that one by name.
const std::vector<std::string_view>& secret_variables();

/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" (every interface). Error: "bad-config".
Result<ListenConfig> parse_listen(std::string_view text);
/// Is this an address that only this machine reaches?
bool is_loopback(std::string_view address);

}  // namespace tessera::config
