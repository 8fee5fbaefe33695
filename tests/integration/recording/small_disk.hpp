#pragma once
#include <sys/mount.h>

#include <fstream>
#include <string>

namespace tessera::recording::test {

/// A file system of so many megabytes, in memory. Mounting needs root.
class SmallDisk {
 public:
  SmallDisk(const std::string& path, int megabytes) : path_(path) {
    const std::string size = "size=" + std::to_string(megabytes) + "m";
    mounted_ = ::mount("tmpfs", path.c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

  /// Takes what is left, down to the last byte.
  void fill() const {
    std::ofstream file(ballast(), std::ios::binary);
    const std::string chunk(1 << 16, 'x');
    while (file.write(chunk.data(), static_cast<std::streamsize>(chunk.size())) && file.flush()) {
    }
    file.clear();
    while (file.put('x') && file.flush()) {
    }
  }
  [[nodiscard]] std::string ballast() const { return path_ + "/ballast"; }

 private:
  std::string path_;
  bool mounted_;
};

}  // namespace tessera::recording::test
