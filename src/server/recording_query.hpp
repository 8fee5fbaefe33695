#pragma once
// `GET /api/v1/recordings?room=&q=&state=&from=&to=&limit=&after=`: which recordings, and which page of them.
// Pure.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/catalog.hpp"
#include "recording/names.hpp"
#include "server/http.hpp"

namespace tessera::server {

struct RecordingQuery {
  static constexpr std::size_t default_limit = 100, max_limit = 500;

  std::optional<std::string> room;
  std::vector<std::string> words;   ///< case-folded; each must be in the name, the room or somebody's name
  std::vector<std::string> states;  ///< empty: every one
  std::optional<recording::WallTime> from, to;  ///< started at or after, before
  std::size_t limit = default_limit;
  std::optional<std::string> after;  ///< the id of the last one on the page before
};

/// Errors: "bad-room-name", "bad-request" (names the parameter and what it may be).
Result<RecordingQuery> parse_recording_query(const HttpRequest& request);

/// Whether the manifest is one of those asked for; the page is not looked at.
bool matches(const RecordingQuery& query, const Json& manifest);

/// {"recordings": […], "total": n, "next": "<id>" or null} from manifests in any
/// order, newest first. `next` goes into
/// `after` of the next call; a page stays where it is though recordings come and go meanwhile.
/// `is_interrupted` says so of the recording of an id.
Json recording_page(const RecordingQuery& query, const std::vector<recording::Catalog::Manifest>& manifests,
                    const std::function<bool(const std::string&)>& is_interrupted = {});

/// What a client sees of a manifest: all but where it is on this disk. `interrupted`: its room's process
/// died, and it waits for the room to open again.
Json shown_recording(const Json& manifest, bool interrupted = false);

}  // namespace tessera::server
