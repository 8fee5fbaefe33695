#pragma once
// How many offers may be on their way to a connection at one time.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/auth.hpp"

namespace tessera::server {

/// An offer makes the room build a connection of some ten threads, before anybody has proved to be there.
/// What is connected does not count. Pure. Owned by the front, on the control thread.
class PendingSeats {
 public:
  struct Limits {
    int per_subject = 40;  ///< of one token (or subject) from one address: many may share a webinar's link
    int per_address = 150;
    int per_room = 300;
  };
  struct Asker {
    std::string room;
    std::string credential;  ///< see credential_of()
    std::string address;
    /// An operator by their token: what others do to the address or the room does not stop them.
    bool operates = false;
  };

 private:
  struct Counts {
    std::map<std::string, int, std::less<>> by_credential, by_address, by_room;
  };

 public:
  /// One offer that is not connected yet; ends with this.
  class Place {
   public:
    Place(std::shared_ptr<Counts> counts, Asker asker);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    std::shared_ptr<Counts> counts_;
    Asker asker_;
  };

  explicit PendingSeats(Limits limits) : limits_(limits) {}

  /// Error "too-many-pending" says which limit is reached.
  Result<std::shared_ptr<Place>> take(Asker asker);
  [[nodiscard]] int in_room(std::string_view room) const;

 private:
  Limits limits_;
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

/// What tells one bearer from another before they are connected: the token's subject, else the token itself;
/// "" on an open server, where there are none.
std::string credential_of(const Identity& identity, std::string_view token, bool open);

}  // namespace tessera::server
