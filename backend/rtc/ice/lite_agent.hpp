#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/prefetch.hpp"
#include "base/time.hpp"
#include "rtc/ice/ice_credentials.hpp"
#include "rtc/stun/stun_message.hpp"
#include "rtc/transport_address.hpp"

namespace vv::rtc {

/// threat-model M4: remote addresses a transport holds as validated.
constexpr std::size_t kMaxValidatedPaths = 8;
/// RFC 7675 §5.1. As the lite side we time the peer's checks, not our own.
constexpr Duration kConsentTimeout = seconds(30);

/// The answering half of ICE (RFC 8445 §2.5, a lite implementation).
///
/// Owns:    local credentials, the validated paths, which of them is selected, consent.
/// Not its: sockets; candidates (they are the shard's addresses); sending checks.
/// Bounds:  kMaxValidatedPaths paths, kRememberedChecks transaction ids; no memory beyond the
/// object.
///
/// Deviation: no 400, 401, 420 or 487 leaves us; what is not an authentic check gets silence
/// (threat-model M2). A peer that claims to be controlled is answered all the same: as the lite
/// side we never control, and the peer learns that from `a=ice-lite`.
class LiteAgent {
 public:
  enum class Verdict : std::uint8_t {
    Answered,
    NotRequest,
    UnknownUfrag,
    NotAuthentic,
    Replayed,  ///< transaction id seen from another source (threat-model M3)
    NoAnswer,  ///< the answer would be longer than the check (threat-model M2)
  };
  struct Outcome {
    Verdict verdict = Verdict::NotRequest;
    std::size_t answer_size = 0;  ///< bytes written to `answer`
    bool validated = false;       ///< the path is new
    std::optional<Path> retired;  ///< what had to go for it
    bool selection_changed = false;
  };

  LiteAgent(Instant now, IceCredentials local);

  /// Judges one parsed STUN message that came over `path`, and writes the answer (at most
  /// kMaxAnswerSize bytes) when it deserves one.
  static constexpr std::size_t kMaxAnswerSize = 96;
  Outcome handle(Instant now, const Path& path, const stun::MessageView& message,
                 MutableBytes answer) noexcept;

  /// RFC 8445 §9. Old credentials go on counting until the first check with the new.
  void restart(Instant now, IceCredentials local);

  [[nodiscard]] bool is_validated(const Path& path) const noexcept;
  /// Nominated last, else validated first; nullptr when there is none.
  [[nodiscard]] const Path* selected() const noexcept;
  /// What `selected` looks at, nearly always, fetched into the cache ahead of it.
  void prefetch() const noexcept { prefetch_range(&count_, 2 * kCacheLine); }
  /// When consent runs out unless another check comes.
  [[nodiscard]] Instant consent_deadline() const noexcept { return last_check_ + kConsentTimeout; }
  [[nodiscard]] bool was_reached() const noexcept { return count_ > 0; }
  [[nodiscard]] const IceCredentials& local() const noexcept { return local_; }

 private:
  static constexpr std::size_t kRememberedChecks = 16;
  static constexpr std::size_t kNone = kMaxValidatedPaths;
  struct Validated {
    Path path;
    Instant last_check;
  };
  struct Remembered {
    stun::TransactionId transaction{};
    TransportAddress source;
    bool used = false;
  };

  const IceCredentials* match(const stun::MessageView& message) noexcept;
  bool remember(const stun::TransactionId& transaction, const TransportAddress& source) noexcept;
  std::size_t validate(Instant now, const Path& path, Outcome& outcome) noexcept;
  void select(std::size_t index, const stun::TransactionId& transaction) noexcept;
  void undo_selection_by(const stun::TransactionId& transaction) noexcept;
  [[nodiscard]] std::size_t index_of(const Path& path) const noexcept;

  // First what every packet that is sent looks at.
  std::size_t count_ = 0;
  std::size_t nominated_ = kNone;
  std::array<Validated, kMaxValidatedPaths> validated_{};
  IceCredentials local_;
  IceCredentials previous_;  // empty but between a restart and the first check after it
  Instant last_check_;
  std::optional<Path> before_nomination_;  // what an exposed replay gives back
  stun::TransactionId nominated_by_{};
  std::array<Remembered, kRememberedChecks> remembered_{};
  std::size_t next_remembered_ = 0;
};

}  // namespace vv::rtc
