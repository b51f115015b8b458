// The broker's configuration: one YAML file; secrets by file reference only; unknown keys are errors. See ops/deploy.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/result.h"
#include "proto/seal/proof.h"

namespace concordat::broker {

/// As read; paths are absolute or relative to the working directory the program was started in, as the file's folder made them.
///
///   broker: cheshire-east-broker           # its name in the directory
///   listen: tcp://127.0.0.1:7400           # tcp or ipc
///   production: false                      # true refuses demonstration keys
///   store: store                           # a folder of its own
///   key_ring: keyring                      # a folder outside the store
///   checkpoint: keyring.checkpoint         # optional: a file outside the store, beside the key ring unless said otherwise
///   keys: {signing: f, box: f, transport: f, key_ring: f, pseudonym: f}
///   roots: roots.yaml                      # who must countersign the directory
///   start: {directory: bundle, agreements: [{file: f, signatures: f}]}   # adopted when the log is empty
///   admin: {socket: admin.sock, operators: [{name: n, key: hex}]}
///   log: broker.log                        # optional; standard error otherwise
///   holidays: [2026-12-25]                 # optional: days that office hours do not run
struct Config {
  std::string broker;
  std::string listen;
  bool production = false;
  std::filesystem::path store;
  std::filesystem::path key_ring;
  std::filesystem::path checkpoint;
  struct Keys {
    std::filesystem::path signing, transport, key_ring, pseudonym;
    std::vector<std::filesystem::path> box;   ///< Newest last: rotation adds before it removes.
  } keys;
  std::filesystem::path roots;
  struct StartAgreement {
    std::filesystem::path file, signatures;
  };
  std::filesystem::path start_directory;
  std::vector<StartAgreement> start_agreements;
  std::filesystem::path admin_socket;
  struct Operator {
    std::string name;
    seal::VerifyKey key;
  };
  std::vector<Operator> operators;
  std::filesystem::path log;                  ///< Empty: standard error.
  std::vector<std::chrono::year_month_day> holidays;
};

/// E-CONFIG names file, line and key.
Result<Config> load_config(const std::filesystem::path& file);

}  // namespace concordat::broker
