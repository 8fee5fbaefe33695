#pragma once
// Pictures of layouts, drawn by short-lived processes: the front itself touches no media.

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "server/child_process.hpp"
#include "server/http.hpp"

namespace tessera::server {

/// What a preview shows; every field within bounds.
struct PreviewWish {
  int participants = 5;
  bool screen = false, portrait = false;
  int speaking = 1, pinned = 0;
  int width = 640, height = 360;
};
/// ?participants=5&screen=1&speaking=2&pinned=3&portrait=1&size=640x360. "bad-request" says which is wrong.
Result<PreviewWish> preview_wish(const HttpRequest& request);

/// Owned by the Front, on the control thread. Few at a time, with little priority; the latest are kept.
class LayoutPreviews {
 public:
  using OnPng = std::function<void(Result<std::string>)>;

  /// `command` gets the layout and its options appended, and writes a PNG to its standard output.
  LayoutPreviews(Loop& loop, std::vector<std::string> command);
  ~LayoutPreviews();

  /// `source`: the layout's JSON text; `directory`: where its images are. Errors: "preview-failed",
  /// "too-busy".
  void draw(const std::string& source, const std::string& directory, const PreviewWish& wish, OnPng on_png);
  /// Images may be others now.
  void forget() { cache_.clear(); }

 private:
  struct Job;
  void next();
  void on_output(Job& job);
  void finish(Job* job, Result<std::string> png);

  Loop& loop_;
  const std::vector<std::string> command_;
  std::list<std::unique_ptr<Job>> running_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::deque<std::pair<std::string, std::string>> cache_;  ///< arguments → PNG, the latest last
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tessera::server
