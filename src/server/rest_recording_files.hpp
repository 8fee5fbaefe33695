#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/worker.hpp"
#include "recording/resources.hpp"
#include "server/front_deps.hpp"
#include "server/recording_links.hpp"
#include "server/rest_api.hpp"

namespace tessera::server {

/// REST /api/v1/recordings/{recording}/…: the files of a recording, and links that open them for a while.
/// Owned by the front, on the control thread.
class RestRecordingFiles {
 public:
  RestRecordingFiles(const FrontDeps& deps, Router& router);

 private:
  using Choose = std::optional<recording::Resource> (*)(const HttpRequest&, const PathParams&,
                                                        const Json& manifest);
  void add(Router& router, const std::string& path, Choose choose);
  HttpResponse make_link(const HttpRequest& request, const std::string& id) const;
  void timeline(const HttpRequest& request, const std::string& id, const Respond& respond);
  /// The recording, for who may read it: an operator of its room, or the bearer of a link to it. Errors:
  /// "unknown-recording", authorisation's and the link's.
  Result<recording::Entry> readable(const HttpRequest& request, const std::string& id, Token where) const;
  HttpResponse send(const HttpRequest& request, const recording::Entry& entry,
                    const std::optional<recording::Resource>& resource) const;

  /// Its folder, relative to that of all recordings.
  [[nodiscard]] std::string folder_of(const recording::Entry& entry) const;

  const FrontDeps deps_;
  const RecordingLinks links_;
  std::shared_ptr<int> reading_ = std::make_shared<int>(0);  ///< timelines that wait or are being read
  Worker reader_{"timelines"};
};

}  // namespace tessera::server
