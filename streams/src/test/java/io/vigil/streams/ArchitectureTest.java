package io.vigil.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Date;

@AnalyzeClasses(packages = "io.vigil.streams", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ONNX_RUNTIME_STAYS_IN_INFERENCE = noClasses()
            .that()
            .resideOutsideOfPackage("..inference..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..")
            .because("another runtime must be a change of one package");

    @ArchTest
    static final ArchRule OPENCV_STAYS_IN_FRAME = noClasses()
            .that()
            .resideOutsideOfPackage("..frame..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..")
            .because("native pictures have owners, and only decoding knows them");

    @ArchTest
    static final ArchRule KAFKA_STREAMS_STAYS_AT_THE_EDGES = noClasses()
            .that()
            .resideOutsideOfPackages("..app..", "..topology..", "..state..")
            .and(DescribedPredicate.not(
                    isPartOf("Processor").or(isPartOf("Store")).or(isPartOf("Outlet"))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..")
            .because("windows, sampling and decisions are plain Java");

    @ArchTest
    static final ArchRule MODELS_KNOW_NO_KAFKA = noClasses()
            .that()
            .resideInAnyPackage("..detection..", "..recognition..", "..inference..", "..time..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..")
            .because("a model sees pictures, not records");

    @ArchTest
    static final ArchRule NO_WALL_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callConstructor(Date.class)
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .because("results follow from event time, and the rest gets its clock from outside");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.vigil.streams.(*)..").should().beFreeOfCycles();

    /** A class of this kind, or one nested in it. */
    private static DescribedPredicate<JavaClass> isPartOf(String kind) {
        return DescribedPredicate.describe(
                "part of a " + kind,
                type -> type.getName().replaceAll("\\$.*", "").endsWith(kind));
    }
}
