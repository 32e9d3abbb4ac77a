#include "server/command_line.hpp"

#include <CLI/CLI.hpp>

#include "server/commands.hpp"

namespace vv::server {
namespace {

/// The flags that set something, as `serve`, `config` and `doctor` take them.
struct ServeFlags {
  std::string config, data, listen, rtc_udp, rtc_tcp, rtc_ip, rtc_advertise;
  bool dev = false;
  bool demo = false;
  bool i_know = false;

  void add_to(CLI::App& app) {
    app.add_option("--config", config,
                   "configuration file (default: visavis.toml if there is one)");
    app.add_option("--data", data, "directory of the database, the keys and the files");
    app.add_option("--listen", listen, "address and port of HTTP")->type_name("ADDR:PORT");
    app.add_option("--rtc-udp", rtc_udp, "UDP port of media")->type_name("PORT");
    app.add_option("--rtc-tcp", rtc_tcp, "TCP port of media; 0: none")->type_name("PORT");
    app.add_option("--rtc-ip", rtc_ip, "the only address media binds")->type_name("ADDR");
    app.add_option("--rtc-advertise", rtc_advertise, "what candidates say instead of what is bound")
        ->type_name("ADDR[:UDPPORT[:TCPPORT]]");
    app.add_flag("--dev", dev, "API key devkey, loopback origins, no rates; loopback only");
    app.add_flag("--demo", demo, "two demo accounts and a demande; loopback only");
    app.add_flag("--i-know", i_know, "lets --dev and --demo listen beyond loopback");
  }

  [[nodiscard]] ConfigSources sources() const {
    ConfigSources out{.file = config, .environment = process_environment(), .flags = {}};
    for (const auto& [key, value] : {std::pair<const char*, const std::string&>{"data", data},
                                     {"listen", listen},
                                     {"rtc.udp", rtc_udp},
                                     {"rtc.tcp", rtc_tcp},
                                     {"rtc.ip", rtc_ip},
                                     {"rtc.advertise", rtc_advertise}}) {
      if (!value.empty()) out.flags.emplace_back(key, value);
    }
    if (dev) out.flags.emplace_back("dev", "true");
    if (demo) out.flags.emplace_back("demo", "true");
    if (i_know) out.flags.emplace_back("i_know", "true");
    return out;
  }
};

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Visavis: offers, and the video calls they lead to");
  app.require_subcommand(1);
  int status = 0;

  ServeFlags flags;
  CLI::App* serve_command = app.add_subcommand("serve", "serves the whole product");
  flags.add_to(*serve_command);
  serve_command->callback([&] { status = serve(flags.sources()); });

  app.add_subcommand("types", "prints the TypeScript types of every public function")
      ->callback([&] { status = print_types(); });

  TokenRequest token;
  CLI::App* token_command = app.add_subcommand("token", "prints a LiveKit join token");
  token_command->add_option("--key", token.key, "API key")->required();
  token_command->add_option("--secret", token.secret, "its secret")->required();
  token_command->add_option("--room", token.room, "room to join")->required();
  token_command->add_option("--identity", token.identity, "who joins")->required();
  token_command->add_option("--name", token.name, "shown to others");
  token_command->add_option("--ttl", token.ttl, "how long it is valid: 30s, 10m, 1h, 2d");
  token_command->callback([&] { status = print_token(token); });

  ServeFlags doctor_flags;
  CLI::App* doctor = app.add_subcommand("doctor", "says what would stop a call from working here");
  doctor_flags.add_to(*doctor);
  doctor->callback([&] { status = examine(doctor_flags.sources()); });

  ServeFlags backup_flags;
  std::string backup_folder;
  CLI::App* backup = app.add_subcommand(
      "backup", "copies the database, the files and the keys; also while serving");
  backup->add_option("folder", backup_folder, "new folder to make")->required();
  backup_flags.add_to(*backup);
  backup->callback([&] { status = back_up_to(backup_flags.sources(), backup_folder); });

  ServeFlags restore_flags;
  std::string restore_folder;
  CLI::App* restore = app.add_subcommand("restore", "puts a backup in place of what is there");
  restore->add_option("folder", restore_folder, "what backup made")->required();
  restore_flags.add_to(*restore);
  restore->callback([&] { status = restore_from(restore_flags.sources(), restore_folder); });

  ServeFlags config_flags;
  CLI::App* config = app.add_subcommand("config", "prints every setting with its value");
  config_flags.add_to(*config);
  config->callback([&] { status = print_config(config_flags.sources()); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  return status;
}

}  // namespace vv::server
