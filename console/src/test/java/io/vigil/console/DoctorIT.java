package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.LoopbackPort;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.VigilProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor on a sound installation and on broken ones, through the command line. */
class DoctorIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    @Test
    void soundInstallationShouldWork() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            TestService.topics(broker, "sound.", 2);
            Path cameras =
                    cameras("{ id = film, source = \"%s\" }".formatted(Places.HOME.resolve("models/assets/demo.mp4")));

            String said = doctor(
                    0,
                    "--bootstrap",
                    broker.bootstrap(),
                    "--topic-prefix",
                    "sound.",
                    "--ingest-config",
                    cameras.toString());

            assertThat(said)
                    .contains(
                            "ok       broker: " + broker.bootstrap() + " answers",
                            "ok       topic sound.frames: 2 partitions")
                    .containsPattern("ok       clock: the broker's clock is [0-9]+ ms")
                    .contains("ok       model: tra-small", "ok       model: tam-small")
                    .containsPattern("camera film: h264, [0-9]+ x [0-9]+ pixels, [0-9.]+ frames/s")
                    .contains("this installation would work")
                    .doesNotContain("problem ");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                assertThat(admin.listTopics().names().get()).noneMatch(topic -> topic.contains("doctor"));
            }
        }
    }

    @Test
    void everythingThatIsBrokenShouldBeNamedWithItsRemedy() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            TestService.topics(broker, "small.", 1);
            shrink(broker.bootstrap(), "small.frames");
            Path service = Files.writeString(directory.resolve("service.conf"), "detection.package = /no/such/model");
            Path cameras = cameras(
                    "{ id = dead, source = \"rtsp://u:hunter2@127.0.0.1:%d/1\" }".formatted(LoopbackPort.anyFree()));

            String said = doctor(
                    3,
                    "--bootstrap",
                    broker.bootstrap(),
                    "--topic-prefix",
                    "small.",
                    "--service-config",
                    service.toString(),
                    "--ingest-config",
                    cameras.toString());

            assertThat(said)
                    .contains("problem  topic small.frames: it takes records of 1000000 bytes")
                    .contains("-> kafka-configs.sh --bootstrap-server " + broker.bootstrap())
                    .containsPattern("problem  model: .*/no/such/model")
                    .contains("problem  camera dead:")
                    .contains("this installation would not work: 3 problems")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void wrongPortAndMissingTopicsShouldBeNamed() throws Exception {
        assertThat(doctor(3, "--bootstrap", "127.0.0.1:" + LoopbackPort.anyFree()))
                .contains("problem  broker: no Kafka broker answers", "-> check host and port");
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            assertThat(doctor(3, "--bootstrap", broker.bootstrap()))
                    .contains("problem  topic vigil.frames: it does not exist")
                    .contains("-> vigil topics create --bootstrap " + broker.bootstrap());
        }
    }

    private String doctor(int exitCode, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "doctor";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try (VigilProcess doctor = VigilProcess.start(directory, all)) {
            int ended = doctor.awaitExit(LIMIT);
            assertThat(ended).as(doctor.output()).isEqualTo(exitCode);
            return doctor.output();
        }
    }

    private Path cameras(String camera) throws Exception {
        return Files.writeString(directory.resolve("cameras.conf"), "cameras = [ " + camera + " ]");
    }

    private static void shrink(String bootstrap, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "1000000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
