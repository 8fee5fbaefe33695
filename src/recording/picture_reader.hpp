#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "recording/picture.hpp"

namespace tessera::recording {

/// Single pictures of a finished media file, decoded as they are asked for. Blocking; one thread.
class PictureReader {
 public:
  /// Errors: "unreadable" (no video, or none that can be decoded), "cannot-read".
  static Result<std::unique_ptr<PictureReader>> open(const std::string& path);
  ~PictureReader();

  /// The picture that is shown `ms` after the file's start. With `near` it may be the key frame before it,
  /// which is far cheaper. Ask in rising order: then nothing is decoded twice. The picture is valid until the
  /// next call. Error: "unreadable".
  Result<const AVFrame*> at(std::int64_t ms, bool near);

  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;

 private:
  struct State;
  explicit PictureReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tessera::recording
