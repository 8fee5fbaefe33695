#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/live_room.hpp"
#include "server/pending_seats.hpp"
#include "server/sdpfrag.hpp"

namespace tessera::server {

/// One WHIP or WHEP session: a seat in a room that HTTP requests speak for. Owned by WhipWhep; ends when the
/// client deletes it or the room says that the seat is gone.
class WhipSession : public RoomClient, public std::enable_shared_from_this<WhipSession> {
 public:
  struct Spec {
    std::string id;    ///< unguessable; the last segment of the session URL
    std::string kind;  ///< "whip" or "whep"
    std::shared_ptr<LiveRoom> room;
    std::string participant;
    std::string offer;                               ///< the SDP it began with
    std::shared_ptr<PendingSeats::Place> pending{};  ///< until it is connected
    std::string resume{};                            ///< the seat's resume token
    std::string subject{};                           ///< of the token it began with
    std::string name{};                              ///< as it was given, "" when it was not
  };
  WhipSession(Spec spec, std::function<void(const std::string& id)> on_gone);

  [[nodiscard]] const std::string& id() const { return spec_.id; }
  [[nodiscard]] const std::string& kind() const { return spec_.kind; }
  [[nodiscard]] const std::string& participant() const { return spec_.participant; }
  [[nodiscard]] LiveRoom& room() const { return *spec_.room; }
  [[nodiscard]] const Spec& spec() const { return spec_; }
  [[nodiscard]] const std::string& etag() const { return etag_; }
  [[nodiscard]] std::string path() const;

  /// Hands the fragment's candidates to the room. Errors: "ice-restart" (another ufrag than the offer's).
  Result<void> add_candidates(const SdpFragment& fragment);
  /// Gives up the seat.
  void leave(const std::string& reason);
  /// Ends without the seat, which is another session's.
  void forget() { gone(); }

  void on_room_event(const RoomEvent& event) override;
  void on_room_ended(const std::string& reason) override;
  void on_replaced() override;

 private:
  void gone();
  int media_index_of(const FragmentCandidate& candidate) const;

  Spec spec_;
  std::string etag_;
  std::string ufrag_;
  std::vector<std::string> mids_;
  std::function<void(const std::string& id)> on_gone_;
};

}  // namespace tessera::server
