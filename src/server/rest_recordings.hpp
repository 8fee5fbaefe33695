#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/worker.hpp"
#include "recording/catalog.hpp"
#include "server/deletion_allowance.hpp"
#include "server/front_deps.hpp"
#include "server/rest_api.hpp"

namespace tessera::server {

/// REST /api/v1: recordings, live and on disk. Their files are in rest_recording_files. Owned by the front,
/// on the control thread.
class RestRecordings {
 public:
  RestRecordings(const FrontDeps& deps, Router& router);

 private:
  void start(const RequestPtr& request, const std::string& room, const Respond& unaudited);
  void set_state(const RequestPtr& request, const std::string& id, const Respond& unaudited);
  void remove(const recording::Entry& entry, const Respond& respond);
  HttpResponse list(const HttpRequest& request);
  /// The recording and a bearer who may act as `least` in its room. Errors: "unknown-recording" and
  /// authorisation's.
  Result<recording::Entry> entry_for(const HttpRequest& request, const std::string& id, Role least) const;
  /// The recording, for a bearer who may delete it, of whose allowance it is taken.
  Result<recording::Entry> deletable(const HttpRequest& request, const std::string& id);
  std::shared_ptr<LiveRoom> room_recording(const std::string& id) const;

  const FrontDeps deps_;
  recording::Catalog catalog_;
  DeletionAllowance allowance_;
  SourceGuard warming_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::map<std::uint64_t, Respond> deleting_;  ///< answers are given, and let go of, on the control thread
  std::uint64_t deletions_ = 0;
  Worker worker_{"delete"};  ///< a disk takes seconds to let go of a long recording
};

}  // namespace tessera::server
