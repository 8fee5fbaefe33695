#pragma once
// The whole of `tessera serve` but for reading arguments: everything that HTTP reaches.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "config/layouts.hpp"
#include "config/server_config.hpp"
#include "recording/store.hpp"
#include "sandbox/cgroup.hpp"
#include "server/auth.hpp"
#include "server/front_deps.hpp"
#include "server/http_server.hpp"
#include "server/layout_library.hpp"
#include "server/layout_previews.hpp"
#include "server/metrics.hpp"
#include "server/moderation.hpp"
#include "server/origin_guard.hpp"
#include "server/pending_seats.hpp"
#include "server/problem.hpp"
#include "server/rest_api.hpp"
#include "server/rest_kept_out.hpp"
#include "server/rest_layouts.hpp"
#include "server/rest_recording_files.hpp"
#include "server/rest_recordings.hpp"
#include "server/rest_sound.hpp"
#include "server/room_recordings.hpp"
#include "server/room_supervisor.hpp"
#include "server/router.hpp"
#include "server/whip_whep.hpp"
#include "server/ws_sessions.hpp"

namespace tessera::server {

struct FrontSpec {
  config::ServerConfig config;
  config::Layouts layouts;
  std::vector<std::string> room_command;        ///< gets the socket as descriptor 3
  std::vector<std::string> finish_command;      ///< gets the folder of a recording appended
  std::vector<std::string> upload_command;      ///< gets its order by descriptor 3
  std::vector<std::string> preview_command;     ///< gets a layout and its options appended (LayoutPreviews)
  std::shared_ptr<sandbox::CgroupTree> cgroup;  ///< null where none is delegated
  LiveRoom::Timeouts timeouts;
  WsSession::Limits socket_limits;
  AuditLog::Write audit{};  ///< takes the lines of the audit log; empty: standard error
};

/// Owned by serve(), on the control thread. Its parts go in the reverse of the order below: first what takes
/// requests, then what they use.
class Front {
 public:
  /// Listens, starts the spare and recovers recordings. Errors: "cannot-listen", "bad-config".
  static Result<std::unique_ptr<Front>> create(Loop& loop, FrontSpec spec);
  ~Front();

  [[nodiscard]] std::string url() const { return http_->url(); }
  [[nodiscard]] bool open_mode() const { return auth_.open(); }
  /// Of all paths that are answered, but for the page's files.
  [[nodiscard]] std::vector<std::string> patterns() const { return router_.patterns(); }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const { return router_.routes(); }

  /// Takes nobody new, closes the rooms (and with them their recordings), waits for the finishers, each
  /// within bounds; then `done`.
  void shut_down(std::function<void()> done);

 private:
  Front(Loop& loop, FrontSpec spec, Authenticator auth);
  void add_routes();
  void dispatch(const RequestPtr& request, Respond respond);
  [[nodiscard]] std::optional<HttpResponse> refuse_foreign(const HttpRequest& request) const;
  [[nodiscard]] std::optional<HttpResponse> refuse_socket(const HttpRequest& request) const;
  /// What stands in the way of new rooms and sessions.
  [[nodiscard]] std::optional<Problem> unready() const;
  [[nodiscard]] HttpResponse ready(const HttpRequest& request) const;
  void spread_layouts();
  void report_refused(const config::RefusedLayout& file);
  void metrics(const RequestPtr& request, const Respond& respond);
  [[nodiscard]] MetricsSnapshot snapshot() const;

  Loop& loop_;
  FrontSpec spec_;
  Authenticator auth_;
  OriginRule origins_;
  recording::Store store_;
  Metrics metrics_;
  AuditLog audit_;
  RoomRecordings recordings_;
  LayoutLibrary layouts_;
  LayoutPreviews previews_;
  Moderation moderation_;
  PendingSeats pending_;
  RoomSupervisor rooms_;
  FrontDeps deps_;
  Router router_;
  RestApi rest_;
  RestKeptOut rest_kept_out_;
  RestLayouts rest_layouts_;
  RestRecordings rest_recordings_;
  RestRecordingFiles rest_recording_files_;
  RestSound rest_sound_;
  WhipWhep whip_;
  WsSessions sockets_;
  std::unique_ptr<HttpServer> http_;
  SourceGuard shutdown_poll_;
  SourceGuard shutdown_deadline_;
};

}  // namespace tessera::server
