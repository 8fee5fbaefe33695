#pragma once
#include "base/loop.hpp"
#include "config/layouts.hpp"
#include "config/server_config.hpp"
#include "recording/store.hpp"
#include "server/audit_log.hpp"
#include "server/auth.hpp"
#include "server/metrics.hpp"
#include "server/moderation.hpp"
#include "server/pending_seats.hpp"
#include "server/room_recordings.hpp"
#include "server/room_supervisor.hpp"

namespace tessera::server {

/// What the three ways in (WebSocket, WHIP/WHEP, REST) share. All of it is owned by the Front and outlives
/// them.
struct FrontDeps {
  Loop& loop;
  const config::ServerConfig& config;
  const config::Layouts& layouts;
  const Authenticator& auth;
  const recording::Store& store;
  RoomSupervisor& rooms;
  RoomRecordings& recordings;
  Moderation& moderation;
  PendingSeats& pending;
  Metrics& metrics;
  const AuditLog& audit;
};

}  // namespace tessera::server
