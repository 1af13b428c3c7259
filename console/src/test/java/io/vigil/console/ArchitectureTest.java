package io.vigil.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vigil.console", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.vigil.console.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = noClasses()
            .that()
            .resideOutsideOfPackage("..console.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..")
            .because("what a command does can be used without a command line");

    @ArchTest
    static final ArchRule onlyTheBrokerKnowsKafkasServer = noClasses()
            .that()
            .resideOutsideOfPackage("..console.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
            .because("everything else talks to any Kafka cluster through its client");

    @ArchTest
    static final ArchRule onlyThePageAndTheMetricsKnowJavalin = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..console.web..", "..console.registry..", "..console.onvif..", "..console.observe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
            .because("the demo runs headless, too");

    @ArchTest
    static final ArchRule onlyTheMetricsKnowPrometheus = noClasses()
            .that()
            .resideOutsideOfPackage("..console.observe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..")
            .because("everything else tells a meter registry, whoever reads it");

    @ArchTest
    static final ArchRule nobodyKnowsModelsOrCamerasFromInside = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..", "org.bytedeco..", "org.apache.kafka.streams..")
            .because("models belong to the inference package, pictures to ingest and frame decoding");

    @ArchTest
    static final ArchRule partsDoNotKnowTheCommandLine = classes()
            .that()
            .resideInAPackage("..console.cli..")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("..console.cli..")
            .because("the command line is the outermost layer");
}
