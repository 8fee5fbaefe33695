#include "recording/upload_state.hpp"

#include "recording/manifest.hpp"

namespace tessera::recording {

bool upload_is_due(const Json& manifest) {
  if (manifest["state"].as_string() != "ready" || sidecars_pending(manifest)) return false;
  if (manifest["upload"]["state"].as_string() == "done") return is_going(manifest);
  return manifest["local"].as_bool(true);
}

bool is_going(const Json& manifest) {
  return manifest["upload"][deleting_key].as_bool();
}

}  // namespace tessera::recording
